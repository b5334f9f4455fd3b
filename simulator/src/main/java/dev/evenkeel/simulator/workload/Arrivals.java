package dev.evenkeel.simulator.workload;

import java.util.random.RandomGenerator;

/** When requests come, as a Poisson process whose rate may change: relative to the rate that the load asks for. */
public sealed interface Arrivals {

    /** The rate at a time after the start, as a multiple of the load's; at most {@link #peak()}. */
    double factor(double seconds);

    /** The largest factor. */
    double peak();

    /** Time from one arrival at {@code now} to the next, by thinning: those drawn at the peak rate are kept by their chance. */
    default long nextAfter(long now, double ratePerSecond, RandomGenerator random) {
        double time = now / 1e9;
        do {
            time += random.nextExponential() / (ratePerSecond * peak());
        } while (random.nextDouble() * peak() >= factor(time));
        return Math.max(1, Math.round(time * 1e9) - now);
    }

    record Poisson() implements Arrivals {

        @Override
        public double factor(double seconds) {
            return 1;
        }

        @Override
        public double peak() {
            return 1;
        }
    }

    /**
     * Now and then much more, and else a little less, so that the mean is the load's.
     *
     * @param everySeconds from burst to burst
     * @param seconds of a burst
     * @param factor of the rate in it
     */
    record Bursts(double everySeconds, double seconds, double factor) implements Arrivals {

        @Override
        public double factor(double time) {
            double between = (everySeconds - seconds * factor) / (everySeconds - seconds);
            return time % everySeconds < seconds ? factor : between;
        }

        @Override
        public double peak() {
            return factor;
        }
    }

    /** From one factor to another, evenly, and then it stays. */
    record Ramp(double from, double to, double seconds) implements Arrivals {

        @Override
        public double factor(double time) {
            return from + (to - from) * Math.min(1, time / seconds);
        }

        @Override
        public double peak() {
            return Math.max(from, to);
        }
    }
}
