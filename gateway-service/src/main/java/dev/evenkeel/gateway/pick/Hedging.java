package dev.evenkeel.gateway.pick;

import dev.evenkeel.balancer.Balancer;
import dev.evenkeel.balancer.Outcome;
import dev.evenkeel.balancer.Pick;
import dev.evenkeel.balancer.Ticket;
import dev.evenkeel.balancer.admission.Budget;
import dev.evenkeel.balancer.endpoint.Request;
import dev.evenkeel.gateway.flow.Flow;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Sends what takes longer than 95 % of its model's answers to a second node, as in "The Tail at Scale" (Dean and Barroso, 2013).
 * Only to a node that has nothing to do but about as much again, so that nothing is hedged while the fleet is busy, and within
 * a budget. Bulk is not hedged.
 */
public final class Hedging {

    private static final Pick NONE = new Pick.NoneAvailable(Pick.Reason.ALL_TRIED);

    private final Balancer balancer;
    private final Budget budget;
    private final LongSupplier nanoTime;

    /** By model; nodes serve it, so the names are few. */
    private final Map<String, SlowestAnswers> answers = new ConcurrentHashMap<>();

    public Hedging(Balancer balancer, Budget budget, LongSupplier nanoTime) {
        this.balancer = balancer;
        this.budget = budget;
        this.nanoTime = nanoTime;
    }

    /** How long its first node is waited for; empty when it is not hedged, or too little is known. */
    public Optional<Duration> patience(Flow flow) {
        SlowestAnswers known = answers.get(flow.model());
        boolean isFirst = flow.attempts() == 1 && !flow.wasRescued();
        if (isFirst) {
            budget.onRequest();
        }
        return known == null || !isFirst || flow.terms().isBulk() ? Optional.empty() : known.time();
    }

    /** A second node, if there is one with so little to do that the hedge delays nobody. */
    public Pick pick(Flow flow) {
        Pick pick = balancer.pickInRotation(new Request(
                flow.variants().getFirst(), flow.work(), flow.tried(), flow.timeLeft(nanoTime.getAsLong())));
        if (!(pick instanceof Pick.Picked(Ticket ticket))) {
            return NONE;
        }
        boolean isIdle = ticket.endpoint().outstandingWork() <= 2.0 * Math.max(1, flow.work());
        if (isIdle && !ticket.endpoint().ejection().isEjected() && budget.spend()) {
            return pick;
        }
        ticket.complete(new Outcome.Cancelled());
        return NONE;
    }

    /** An attempt was answered after so many nanoseconds. */
    public void answered(Flow flow, long nanos) {
        SlowestAnswers known = answers.get(flow.model());
        if (known == null) {
            known = answers.computeIfAbsent(flow.model(), _ -> new SlowestAnswers());
        }
        known.add(nanos);
    }
}
