package dev.evenkeel.simulator.workload;

import java.util.random.RandomGenerator;

/**
 * The way between gateway and node.
 *
 * @param nanos one way, at least
 * @param jitterNanos mean of what comes on top, exponentially
 * @param reportLoss share of reports that get lost, 0 to 1
 * @param probeMicros CPU that a node needs for a probe or a poll, in work units
 */
public record Network(long nanos, double jitterNanos, double reportLoss, double probeMicros) {

    /** Machines of one site; a poll was measured to cost a node some 60 microseconds. */
    public static final Network SITE = new Network(200_000, 50_000, 0, 60);

    public long oneWay(RandomGenerator random) {
        return nanos + (long) (random.nextExponential() * jitterNanos);
    }
}
