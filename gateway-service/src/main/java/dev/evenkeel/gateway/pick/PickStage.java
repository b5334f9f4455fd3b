package dev.evenkeel.gateway.pick;

import dev.evenkeel.balancer.Balancer;
import dev.evenkeel.balancer.Outcome;
import dev.evenkeel.balancer.Pick;
import dev.evenkeel.balancer.admission.RetryBudget;
import dev.evenkeel.balancer.endpoint.Request;
import dev.evenkeel.gateway.flow.Flow;
import java.util.function.LongSupplier;

/** Asks the balancer; a request that was sent before goes to a node that it has not been to. */
public final class PickStage {

    private final Balancer balancer;
    private final RetryBudget retries;
    private final Rejections rejections;
    private final LongSupplier nanoTime;

    public PickStage(Balancer balancer, RetryBudget retries, Rejections rejections, LongSupplier nanoTime) {
        this.balancer = balancer;
        this.retries = retries;
        this.rejections = rejections;
        this.nanoTime = nanoTime;
    }

    /** For a request that comes in. */
    public Pick pick(Flow flow) {
        retries.onRequest();
        Pick pick = balancer.pick(request(flow));
        rejections.count(pick);
        return pick;
    }

    /** For a request whose node failed: while there is another node, and the budget lasts. */
    public Pick pickAgain(Flow flow) {
        Pick pick = balancer.pick(request(flow));
        if (!(pick instanceof Pick.Picked(var ticket)) || retries.spend()) {
            return pick;
        }
        ticket.complete(new Outcome.Cancelled());
        rejections.countRetry();
        return new Pick.NoneAvailable(Pick.Reason.ALL_TRIED);
    }

    /** For a request whose node was lost: it waits there rather than go to a node that is out of rotation. */
    public Pick pickRescuer(Flow flow) {
        return balancer.pickInRotation(request(flow));
    }

    private Request request(Flow flow) {
        return new Request(flow.model(), flow.work(), flow.tried(), flow.timeLeft(nanoTime.getAsLong()));
    }
}
