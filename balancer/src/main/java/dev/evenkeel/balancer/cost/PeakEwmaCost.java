package dev.evenkeel.balancer.cost;

import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Request;
import java.time.Duration;

/**
 * See {@link Cost#peakEwma}. Unlike Finagle, which measures whatever ends a request, it hears of answers and timeouts
 * alone, so that a node which fails fast does not look fast.
 */
final class PeakEwmaCost implements Cost {

    /**
     * Finagle's: while its first requests are out, a node that never answered costs more than any that did, since nobody
     * knows yet. In nanoseconds, each; above what a million requests on a node that answers in an age of the world cost.
     */
    private static final double PENALTY = 1e100;

    private final double decay;

    PeakEwmaCost(Duration decay) {
        this.decay = decay.toNanos();
    }

    @Override
    public double of(Endpoint endpoint, Request request, long now) {
        double latency = endpoint.latency().nanosAt(now, decay);
        int outstanding = endpoint.ownRequests();
        if (latency == 0 && outstanding > 0) {
            return PENALTY * outstanding;
        }
        return latency * (outstanding + 1);
    }

    @Override
    public void answered(Endpoint endpoint, long nanos, long now) {
        endpoint.answered((double) nanos, decay, now);
    }
}
