package dev.evenkeel.load.measure;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The latest latencies, each with the number of requests that were inside at its arrival: the median that counts is the
 * one at about the present load (as Prequal does: Wydrowski et al., "Load is not what you should balance", NSDI 2024).
 */
public final class Latencies {

    private static final int KEPT = 256;

    /** Neighbours in load that are enough for a median. */
    private static final int ENOUGH = 15;

    private record Latency(long nanos, int inFlight) {}

    private final @Nullable Latency[] latest = new Latency[KEPT];
    private final AtomicLong count = new AtomicLong();

    /** A request stayed for so long; so many were inside when it came. */
    public void add(long nanos, int inFlight) {
        // a slot may be read a moment late: it is a statistic
        latest[(int) (count.getAndIncrement() % KEPT)] = new Latency(nanos, inFlight);
    }

    /** Median in milliseconds at about this many requests inside; NaN when none was measured. */
    public double medianMillis(int inFlight) {
        long[] near = new long[KEPT];
        // widens the band of load until there are enough
        for (long band = 1L + inFlight / 5; ; band *= 2) {
            int known = 0;
            int found = 0;
            for (Latency latency : latest) {
                if (latency != null) {
                    known++;
                    if (Math.abs((long) latency.inFlight - inFlight) <= band) {
                        near[found++] = latency.nanos;
                    }
                }
            }
            if (found >= Math.min(ENOUGH, known)) {
                Arrays.sort(near, 0, found);
                return found == 0 ? Double.NaN : near[found / 2] / 1e6;
            }
        }
    }
}
