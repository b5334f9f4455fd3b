package dev.evenkeel.balancer.pick;

import dev.evenkeel.balancer.cost.Cost;
import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Request;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** See {@link Picker#choices}. */
final class PowerOfChoices implements Picker {

    private final int choices;
    private final Cost cost;
    private final RandomGenerator random;

    PowerOfChoices(int choices, Cost cost, RandomGenerator random) {
        this.choices = choices;
        this.cost = cost;
        this.random = random;
    }

    @Override
    public @Nullable Endpoint pick(Candidates candidates, Request request, long now) {
        @Nullable Endpoint[] drawn = new Endpoint[choices];
        int count = Sample.draw(candidates, random, drawn);
        Endpoint chosen = null;
        double lowest = Double.POSITIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            Endpoint candidate = drawn[i];
            if (candidate == null) {
                continue;
            }
            double value = cost.of(candidate, request, now);
            // they come in random order: of those that cost the same the first is any
            if (value < lowest || chosen == null) {
                chosen = candidate;
                lowest = value;
            }
        }
        return chosen;
    }

    @Override
    public void answered(Endpoint endpoint, long nanos, long now) {
        cost.answered(endpoint, nanos, now);
    }
}
