package dev.evenkeel.balancer.pick;

import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.load.LoadReport;

/**
 * What a probe told of an endpoint.
 *
 * @param rif requests in flight there, and those that were sent by this probe since
 * @param latencyMillis the median of its latencies at about that load
 * @param at when the answer arrived
 * @param usesLeft requests that it may still decide, &gt;= 1
 */
record Probe(Endpoint endpoint, int rif, double latencyMillis, long at, int usesLeft) {

    /** A node that has no latency to tell yet has answered nothing and is worth a try. */
    static Probe of(Endpoint endpoint, LoadReport report, long at, int uses) {
        double latency = Double.isNaN(report.p50Millis()) ? 0 : report.p50Millis();
        return new Probe(endpoint, report.inFlight(), latency, at, uses);
    }

    Probe used() {
        return new Probe(endpoint, rif + 1, latencyMillis, at, usesLeft - 1);
    }

    /**
     * The paper's hot-cold lexicographic rule: cold before hot; of the cold the faster, of the hot the less occupied. The
     * other number decides a tie.
     *
     * @param hotAbove more requests in flight are hot
     */
    boolean betterThan(Probe other, int hotAbove) {
        boolean hot = rif > hotAbove;
        if (hot != other.rif > hotAbove) {
            return !hot;
        }
        int byRif = Integer.compare(rif, other.rif);
        int byLatency = Double.compare(latencyMillis, other.latencyMillis);
        int first = hot ? byRif : byLatency;
        return first != 0 ? first < 0 : (hot ? byLatency : byRif) < 0;
    }
}
