package dev.evenkeel.balancer.cost;

import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Reported;
import dev.evenkeel.balancer.endpoint.Request;

/**
 * See {@link Cost#weightedRequests}. Two things are better than HAProxy has them: weights are not rounded to 1 of 256, and
 * of two idle nodes the faster is taken, where HAProxy takes idle nodes for equal.
 */
final class WeightedRequestsCost implements Cost {

    /** A node that has not measured itself yet is taken for one whole core. */
    private static final double UNKNOWN_WORK_RATE = 1e6;

    @Override
    public double of(Endpoint endpoint, Request request, long now) {
        Reported last = endpoint.lastReported();
        double rate = last == null || last.smoothWorkRate() == 0 ? UNKNOWN_WORK_RATE : last.smoothWorkRate();
        return (endpoint.ownRequests() + 1) / rate;
    }
}
