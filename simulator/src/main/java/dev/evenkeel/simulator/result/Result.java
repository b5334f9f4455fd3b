package dev.evenkeel.simulator.result;

import java.util.Map;

/**
 * What a run measured, after its warm-up.
 *
 * @param all latencies of what was answered
 * @param small those of small requests
 * @param calls requests that came
 * @param offeredWork work units of those
 * @param failed requests that got no answer, or an error
 * @param rejected requests that were told at once that there is no room
 * @param slowestRejectMillis how long that took at most
 * @param attempts requests that were sent to nodes
 * @param failedAttempts those that failed there
 * @param polls polls and probes
 * @param goodput work units per second of what was answered
 * @param sentByNode attempts by node, over buckets of time, from the beginning of the run
 * @param coreSeconds CPU that each node used while it was measured
 * @param observed what else was looked at, by name: of a run with a fault, what that did
 */
@SuppressWarnings("ArrayRecordComponent") // thousands of numbers that are read, never compared
public record Result(
        Quantiles all,
        Quantiles small,
        long calls,
        double offeredWork,
        long failed,
        long rejected,
        double slowestRejectMillis,
        long attempts,
        long failedAttempts,
        long polls,
        double goodput,
        int[][] sentByNode,
        double[] coreSeconds,
        Map<String, Double> observed) {

    public double pollsPerRequest() {
        return calls == 0 ? 0 : (double) polls / calls;
    }
}
