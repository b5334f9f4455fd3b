package dev.evenkeel.balancer.endpoint;

/**
 * A peak-sensitive, exponentially weighted moving average of the time that an endpoint took to answer: a longer time is
 * taken over at once, shorter ones pull the average down, and so does time without an answer. As in Finagle's
 * <a href="https://github.com/twitter/finagle/blob/develop/finagle-core/src/main/scala/com/twitter/finagle/loadbalancer/PeakEwma.scala">PeakEwma</a>.
 *
 * @param nanos the average at {@code at}, in nanoseconds, &gt;= 0
 * @param at when it was last updated
 */
public record Latency(double nanos, long at) {

    /**
     * In decay times: up to here three terms of the exponential series do, which are off by less than 0.01^3 / 6, and take a
     * tenth of the time. A pick that looks at all of a busy fleet needs little else.
     */
    private static final double SHORT = 0.01;

    /** Nothing was answered yet. */
    static final Latency UNKNOWN = new Latency(0, 0);

    /** After an answer that took so long. Threads' clocks may cross: time never goes back here. */
    Latency plus(double answerNanos, double decayNanos, long now) {
        double weight = weightAt(now, decayNanos);
        double next = answerNanos > nanos ? answerNanos : nanos * weight + answerNanos * (1 - weight);
        return new Latency(next, nanos == 0 ? now : Math.max(at, now));
    }

    /**
     * The average as it has decayed by now; in Finagle too, where reading counts as an answer that took no time.
     *
     * @param decayNanos the time in which it falls to 1/e
     */
    public double nanosAt(long now, double decayNanos) {
        return nanos == 0 ? 0 : nanos * weightAt(now, decayNanos);
    }

    private double weightAt(long now, double decayNanos) {
        double times = Math.max(0, now - at) / decayNanos;
        return times < SHORT ? 1 - times + times * times / 2 : Math.exp(-times);
    }
}
