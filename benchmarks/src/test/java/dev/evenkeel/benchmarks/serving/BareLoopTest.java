package dev.evenkeel.benchmarks.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BareLoopTest {

    @Test
    void theLastLineOfJsonIsTheResultWhateverIsLoggedAroundIt() {
        BareLoop.Result result = BareLoop.Result.of("""
                loading
                {"inputsPerSecond":12.50,"p50Micros":80000,"p99Micros":90000,"calls":9}
                WARNING: a library says goodbye
                """);

        assertThat(result.inputsPerSecond()).isEqualTo(12.5);
        assertThat(result.p50Millis()).isEqualTo(80);
    }

    @Test
    void outputWithoutTheFiguresEndsTheRun() {
        assertThatThrownBy(() -> BareLoop.Result.of("no model there")).hasMessageContaining("no line of JSON");
        assertThatThrownBy(() -> BareLoop.Result.of("{\"inputsPerSecond\":1}")).hasMessageContaining("p50Micros");
    }
}
