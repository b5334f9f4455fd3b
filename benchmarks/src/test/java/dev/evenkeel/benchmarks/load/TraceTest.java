package dev.evenkeel.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TraceTest {

    private static final int RATE = 1000;
    private static final Trace TRACE = Trace.poisson(new SplittableRandom(3), RATE, Duration.ofSeconds(100));

    @Test
    void theSameSeedGivesTheSameArrivals() {
        Trace again = Trace.poisson(new SplittableRandom(3), RATE, Duration.ofSeconds(100));

        assertThat(again.size()).isEqualTo(TRACE.size());
        assertThat(again.dueNanos(again.size() - 1)).isEqualTo(TRACE.dueNanos(TRACE.size() - 1));
    }

    /** A Poisson count of mean 100,000 has a standard deviation of 316; five of them. */
    @Test
    void arrivesAtItsRate() {
        assertThat(TRACE.size()).isCloseTo(100 * RATE, within(5 * 316));
    }

    /** Exponential gaps have a standard deviation equal to their mean. */
    @Test
    void gapsAreExponential() {
        double[] gaps = IntStream.range(1, TRACE.size())
                .mapToDouble(i -> (TRACE.dueNanos(i) - TRACE.dueNanos(i - 1)) / 1e9)
                .toArray();
        double mean = java.util.Arrays.stream(gaps).average().orElseThrow();
        double deviation = Math.sqrt(java.util.Arrays.stream(gaps)
                .map(gap -> (gap - mean) * (gap - mean))
                .average()
                .orElseThrow());

        assertThat(deviation / mean).isCloseTo(1, within(0.02));
    }
}
