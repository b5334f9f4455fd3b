package dev.evenkeel.benchmarks.load;

import java.time.Duration;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * When requests are due, in nanoseconds from the start of a run, rising.
 *
 * <p>The same random source gives the same trace, so every target of a comparison sees the same arrivals.
 */
public final class Trace {

    private final long[] dueNanos;

    private Trace(long[] dueNanos) {
        this.dueNanos = dueNanos;
    }

    /** A homogeneous Poisson process: gaps are exponential with mean 1 / {@code perSecond}. */
    public static Trace poisson(RandomGenerator random, double perSecond, Duration length) {
        long[] due = new long[(int) (perSecond * length.toNanos() / 1e9 * 1.5) + 64];
        int count = 0;
        double now = 0;
        while (true) {
            now += -Math.log1p(-random.nextDouble()) / perSecond * 1e9;
            if (now >= length.toNanos()) {
                return new Trace(Arrays.copyOf(due, count));
            }
            if (count == due.length) {
                due = Arrays.copyOf(due, 2 * count);
            }
            due[count++] = (long) now;
        }
    }

    public int size() {
        return dueNanos.length;
    }

    public long dueNanos(int index) {
        return dueNanos[index];
    }
}
