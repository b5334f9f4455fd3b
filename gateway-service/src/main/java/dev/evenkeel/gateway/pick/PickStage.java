package dev.evenkeel.gateway.pick;

import dev.evenkeel.balancer.Balancer;
import dev.evenkeel.balancer.Outcome;
import dev.evenkeel.balancer.Pick;
import dev.evenkeel.balancer.admission.Budget;
import dev.evenkeel.balancer.endpoint.Request;
import dev.evenkeel.gateway.flow.Flow;
import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** Asks the balancer; a request that was sent before goes to a node that it has not been to. */
public final class PickStage {

    private final Balancer balancer;
    private final Budget retries;
    private final Rejections rejections;
    private final LongSupplier nanoTime;

    public PickStage(Balancer balancer, Budget retries, Rejections rejections, LongSupplier nanoTime) {
        this.balancer = balancer;
        this.retries = retries;
        this.rejections = rejections;
        this.nanoTime = nanoTime;
    }

    /** For a request that comes in. */
    public Pick pick(Flow flow) {
        retries.onRequest();
        Pick pick = fromVersions(flow);
        rejections.count(pick);
        return pick;
    }

    /** For one whose body is still to come: when there will be room for it, if there is none for anything; it is counted then. */
    public Optional<Duration> fleetFull() {
        Optional<Duration> full = balancer.full();
        full.ifPresent(wait -> rejections.count(new Pick.Overloaded(wait)));
        return full;
    }

    /** For a request whose node failed: while there is another node, and the budget lasts. */
    public Pick pickAgain(Flow flow) {
        Pick pick = fromVersions(flow);
        if (!(pick instanceof Pick.Picked(var ticket)) || retries.spend()) {
            return pick;
        }
        ticket.complete(new Outcome.Cancelled());
        rejections.countRetry();
        return new Pick.NoneAvailable(Pick.Reason.ALL_TRIED);
    }

    /**
     * For a request whose node was lost: it waits there rather than go to a node that is out of rotation.
     *
     * @param except ids of endpoints where it had better not go
     */
    public Pick pickRescuer(Flow flow, Set<String> except) {
        Set<String> not = new HashSet<>(flow.tried());
        not.addAll(except);
        return first(flow, balancer::pickInRotation, not);
    }

    /** From the first version that has a healthy node with room; all being full it is told so, and what ails is asked last. */
    private Pick fromVersions(Flow flow) {
        if (flow.variants().size() > 1) {
            Pick pick = first(flow, balancer::pickHealthy, flow.tried());
            if (!(pick instanceof Pick.NoneAvailable)) {
                return pick;
            }
        }
        return first(flow, balancer::pick, flow.tried());
    }

    /** From the first version that has a place. When none has, one that is full rather than one that is away. */
    private Pick first(Flow flow, Function<Request, Pick> from, Set<String> not) {
        Iterator<String> variants = flow.variants().iterator();
        Pick pick = from.apply(request(flow, variants.next(), not));
        while (!(pick instanceof Pick.Picked) && variants.hasNext()) {
            Pick next = from.apply(request(flow, variants.next(), not));
            pick = next instanceof Pick.NoneAvailable ? pick : next;
        }
        return pick;
    }

    private Request request(Flow flow, String model, Set<String> not) {
        return new Request(
                model,
                flow.work(),
                not,
                flow.timeLeft(nanoTime.getAsLong()),
                flow.terms().isBulk());
    }
}
