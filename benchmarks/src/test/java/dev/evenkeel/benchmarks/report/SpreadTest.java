package dev.evenkeel.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpreadTest {

    @Test
    void medianAndRange() {
        assertThat(Spread.of(3, 1, 2).text(1)).isEqualTo("2.0 (1.0 to 3.0)");
        assertThat(Spread.of(4, 1, 2, 3).median()).isEqualTo(2.5);
    }
}
