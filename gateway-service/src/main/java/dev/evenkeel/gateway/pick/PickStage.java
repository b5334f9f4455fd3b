package dev.evenkeel.gateway.pick;

import dev.evenkeel.balancer.Balancer;
import dev.evenkeel.balancer.Pick;
import dev.evenkeel.balancer.endpoint.Request;
import dev.evenkeel.gateway.flow.Flow;

/** Asks the balancer; a request that was sent before goes to a node that it has not been to. */
public final class PickStage {

    private final Balancer balancer;

    public PickStage(Balancer balancer) {
        this.balancer = balancer;
    }

    public Pick pick(Flow flow) {
        return balancer.pick(request(flow));
    }

    /** For a request whose node was lost: it waits there rather than go to a node that is out of rotation. */
    public Pick pickRescuer(Flow flow) {
        return balancer.pickInRotation(request(flow));
    }

    private static Request request(Flow flow) {
        return new Request(flow.model(), flow.work(), flow.tried());
    }
}
