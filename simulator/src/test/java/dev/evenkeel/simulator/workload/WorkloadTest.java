package dev.evenkeel.simulator.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.simulator.event.Streams;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Distributions keep the means that they promise; tolerances are four standard errors, one chance in 16,000. */
class WorkloadTest {

    private static final int DRAWS = 1_000_000;
    private static final double RATE = 2_000;

    private final RandomGenerator random = new Streams(11).of("test");

    static Stream<Sizes> sizes() {
        return Stream.of(
                new Sizes.Fixed(5_000),
                new Sizes.Exponential(40_000),
                new Sizes.TruncatedNormal(3_000, 700),
                new Sizes.Lognormal(10_000, 1),
                new Sizes.Bimodal(
                        new Sizes.TruncatedNormal(4_000, 1_000), new Sizes.TruncatedNormal(70_000, 15_000), 0.1));
    }

    @ParameterizedTest
    @MethodSource
    void sizes(Sizes sizes) {
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < DRAWS; i++) {
            double size = sizes.next(random);
            assertThat(size).isPositive();
            sum += size;
            squares += size * size;
        }
        double mean = sum / DRAWS;
        double error = Math.sqrt(Math.max(0, squares / DRAWS - mean * mean) / DRAWS);
        assertThat(mean).isCloseTo(sizes.mean(), within(4 * error + 1e-6));
    }

    /** Small and large do not mix: the bound is four deviations and more from either. */
    @ParameterizedTest
    @MethodSource("sizes")
    void smallOnesAreToldApart(Sizes sizes) {
        int small = 0;
        for (int i = 0; i < DRAWS; i++) {
            small += sizes.next(random) < sizes.smallBelow() ? 1 : 0;
        }
        double share = sizes instanceof Sizes.Bimodal ? 0.9 : 1;
        assertThat((double) small / DRAWS).isCloseTo(share, within(4 * Math.sqrt(0.9 * 0.1 / DRAWS)));
    }

    /** When they come, a time, and how many seconds' worth of the plain rate should have come by then. */
    record Case(Arrivals arrivals, double from, double until, double seconds) {}

    static Stream<Case> arrivals() {
        Arrivals bursts = new Arrivals.Bursts(10, 1, 4);
        Arrivals ramp = new Arrivals.Ramp(0.5, 2, 100);
        return Stream.of(
                new Case(new Arrivals.Poisson(), 0, 300, 300),
                new Case(bursts, 0, 300, 300),
                new Case(bursts, 100, 101, 4),
                new Case(bursts, 101, 110, 6),
                new Case(ramp, 0, 100, 125),
                new Case(ramp, 0, 50, 43.75),
                new Case(ramp, 100, 200, 200),
                new Case(new Arrivals.Ramp(2, 0.5, 100), 0, 100, 125));
    }

    /** The count of a Poisson process deviates by its root. */
    @ParameterizedTest
    @MethodSource
    void arrivals(Case wanted) {
        int count = 0;
        long now = 0;
        while (now < wanted.until * 1e9) {
            now += wanted.arrivals.nextAfter(now, RATE, random);
            count += now >= wanted.from * 1e9 && now < wanted.until * 1e9 ? 1 : 0;
        }
        double expected = RATE * wanted.seconds;
        assertThat((double) count).isCloseTo(expected, within(4 * Math.sqrt(expected)));
    }
}
