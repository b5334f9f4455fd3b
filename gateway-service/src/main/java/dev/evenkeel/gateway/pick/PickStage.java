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
        return balancer.pick(new Request(flow.model(), flow.work(), flow.tried()));
    }
}
