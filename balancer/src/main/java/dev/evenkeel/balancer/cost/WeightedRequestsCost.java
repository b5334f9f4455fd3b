package dev.evenkeel.balancer.cost;

import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Reported;
import dev.evenkeel.balancer.endpoint.Request;

/** See {@link Cost#weightedRequests}. Weights are not rounded to 1 of 256 as HAProxy's are. */
final class WeightedRequestsCost implements Cost {

    /** A node that has not measured itself yet is taken for one whole core. */
    private static final double UNKNOWN_WORK_RATE = 1e6;

    private final boolean idleEqual;

    WeightedRequestsCost(boolean idleEqual) {
        this.idleEqual = idleEqual;
    }

    @Override
    public double of(Endpoint endpoint, Request request, long now) {
        int outstanding = endpoint.ownRequests();
        if (idleEqual && outstanding == 0) {
            return 0;
        }
        Reported last = endpoint.lastReported();
        double rate = last == null || last.smoothWorkRate() == 0 ? UNKNOWN_WORK_RATE : last.smoothWorkRate();
        return (outstanding + 1) / rate;
    }
}
