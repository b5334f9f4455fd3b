package dev.evenkeel.balancer.pick;

import dev.evenkeel.balancer.cost.Cost;
import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Request;
import java.util.List;
import java.util.random.RandomGenerator;

/** See {@link Picker#lowest}. */
final class LowestCost implements Picker {

    /**
     * Costs within this share of the lowest are equal to it: nodes measure their own rates no better than this, and
     * an idle fleet would else send everything to the node that measured itself luckiest.
     */
    private static final double TIE = 0.05;

    private final Cost cost;
    private final RandomGenerator random;

    LowestCost(Cost cost, RandomGenerator random) {
        this.cost = cost;
        this.random = random;
    }

    @Override
    public Endpoint pick(List<Endpoint> candidates, Request request, long now) {
        double[] costs = new double[candidates.size()];
        double lowest = Double.POSITIVE_INFINITY;
        for (int i = 0; i < costs.length; i++) {
            costs[i] = cost.of(candidates.get(i), request, now);
            lowest = Math.min(lowest, costs[i]);
        }
        double limit = lowest * (1 + TIE);
        int chosen = -1;
        int equals = 0;
        for (int i = 0; i < costs.length; i++) {
            if (costs[i] <= limit && random.nextInt(++equals) == 0) {
                chosen = i;
            }
        }
        return candidates.get(chosen);
    }
}
