package dev.evenkeel.benchmarks.sidebyside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NeighboursTest {

    /** How long each number burns does not depend on it, so a mean over draws is one over time. */
    @Test
    void theyLeaveTheShareThatRatesAreMadeOf() {
        SplittableRandom random = new SplittableRandom(1);
        double mean = IntStream.range(0, 100_000)
                .mapToDouble(_ -> 1.0 / (1 + Neighbours.awake(random)))
                .average()
                .orElseThrow();

        // a draw's standard deviation is 0.32, that of their mean 0.001
        assertThat(mean).isCloseTo(Neighbours.MEAN_SHARE, within(0.005));
        assertThat(Prediction.BURNERS.meanShare()).isEqualTo(Neighbours.MEAN_SHARE);
    }
}
