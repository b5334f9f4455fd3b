package dev.evenkeel.balancer.pick;

import dev.evenkeel.balancer.cost.Cost;
import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Request;
import java.util.List;
import java.util.random.RandomGenerator;

/** Chooses one of several endpoints. Safe for use by many threads. */
@FunctionalInterface
public interface Picker {

    /**
     * The endpoint that this request should go to.
     *
     * @param candidates at least one
     * @param now nanoseconds of the balancer's clock
     */
    Endpoint pick(List<Endpoint> candidates, Request request, long now);

    /** Each in turn. */
    static Picker roundRobin() {
        return new RoundRobin();
    }

    /** The one of lowest cost, looking at all; of those as good as the lowest, any. */
    static Picker lowest(Cost cost, RandomGenerator random) {
        return new LowestCost(cost, random);
    }
}
