package dev.evenkeel.balancer.pick;

import dev.evenkeel.balancer.cost.Cost;
import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Request;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Chooses one of several endpoints. Safe for use by many threads. */
@FunctionalInterface
public interface Picker {

    /**
     * The endpoint that this request should go to; null when there is no candidate.
     *
     * @param now nanoseconds of the balancer's clock
     */
    @Nullable
    Endpoint pick(Candidates candidates, Request request, long now);

    /** Each in turn. */
    static Picker roundRobin() {
        return new RoundRobin();
    }

    /** The one of lowest cost, looking at all; of those that cost the same, any. */
    static Picker lowest(Cost cost, RandomGenerator random) {
        return new LowestCost(cost, random);
    }
}
