package dev.evenkeel.balancer.pick;

import dev.evenkeel.balancer.cost.Cost;
import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Request;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** See {@link Picker#lowest}. */
final class LowestCost implements Picker {

    private final Cost cost;
    private final RandomGenerator random;

    LowestCost(Cost cost, RandomGenerator random) {
        this.cost = cost;
        this.random = random;
    }

    @Override
    public @Nullable Endpoint pick(Candidates candidates, Request request, long now) {
        Endpoint chosen = null;
        double lowest = Double.POSITIVE_INFINITY;
        int equals = 0;
        for (int place = 0; place < candidates.places(); place++) {
            Endpoint candidate = candidates.at(place);
            if (candidate == null) {
                continue;
            }
            double value = cost.of(candidate, request, now);
            if (value < lowest || chosen == null) {
                chosen = candidate;
                lowest = value;
                equals = 1;
            } else if (value == lowest && random.nextInt(++equals) == 0) {
                chosen = candidate;
            }
        }
        return chosen;
    }

    @Override
    public void answered(Endpoint endpoint, long nanos, long now) {
        cost.answered(endpoint, nanos, now);
    }
}
