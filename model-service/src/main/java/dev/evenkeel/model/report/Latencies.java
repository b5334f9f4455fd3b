package dev.evenkeel.model.report;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The latest latencies, each with the number of requests that were inside at its arrival: the median that counts is the
 * one at about the present load (as Prequal does: Wydrowski et al., "Load is not what you should balance", NSDI 2024).
 */
final class Latencies {

    private static final int KEPT = 256;

    /** Neighbours in load that are enough for a median. */
    private static final int ENOUGH = 15;

    private record Latency(long nanos, int inFlight) {}

    private final Latency[] latest = new Latency[KEPT];
    private final AtomicLong count = new AtomicLong();

    void add(long nanos, int inFlight) {
        // a slot may be read a moment late: it is a statistic
        latest[(int) (count.getAndIncrement() % KEPT)] = new Latency(nanos, inFlight);
    }

    /** Median in milliseconds at about this many requests inside; NaN when none was measured. */
    double medianMillis(int inFlight) {
        Latency[] known = Arrays.stream(latest, 0, (int) Math.min(count.get(), KEPT))
                .filter(latency -> latency != null)
                .toArray(Latency[]::new);
        long[] near = nanosNear(known, inFlight);
        return near.length == 0 ? Double.NaN : near[near.length / 2] / 1e6;
    }

    private static long[] nanosNear(Latency[] known, int inFlight) {
        long[] near = {};
        // widens the band of load until there are enough
        for (long band = 1L + inFlight / 5; near.length < Math.min(ENOUGH, known.length); band *= 2) {
            long width = band;
            near = Arrays.stream(known)
                    .filter(latency -> Math.abs((long) latency.inFlight - inFlight) <= width)
                    .mapToLong(Latency::nanos)
                    .sorted()
                    .toArray();
        }
        return near;
    }
}
