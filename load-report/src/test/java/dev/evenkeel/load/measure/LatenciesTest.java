package dev.evenkeel.load.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LatenciesTest {

    @Test
    void theMedianIsTheOneAtThePresentLoad() {
        Latencies latencies = new Latencies();
        assertThat(latencies.medianMillis(0)).isNaN();
        for (int i = 0; i < 100; i++) {
            latencies.add(2_000_000, 1);
            latencies.add(80_000_000, 40);
        }
        assertThat(latencies.medianMillis(1)).isEqualTo(2);
        assertThat(latencies.medianMillis(38)).isEqualTo(80);
        assertThat(latencies.medianMillis(1_000_000)).as("the nearest there is").isPositive();
    }
}
