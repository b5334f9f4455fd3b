package dev.evenkeel.simulator.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.evenkeel.simulator.report.SameTrace.Latencies;
import java.util.List;
import org.junit.jupiter.api.Test;

class SameTraceTest {

    private static final SameTrace CLOSE = new SameTrace("least-work", new Latencies(10, 100), new Latencies(11, 90));

    @Test
    void closeAndInTheSameOrderIsMet() {
        SameTrace other = new SameTrace("random", new Latencies(20, 300), new Latencies(22, 280));
        assertThat(stateOf(CLOSE, other)).isEqualTo(Verdict.State.MET);
    }

    @Test
    void oneThatIsFarOffIsNotMet() {
        assertThat(stateOf(CLOSE, new SameTrace("random", new Latencies(20, 300), new Latencies(22, 400))))
                .isEqualTo(Verdict.State.NOT_MET);
    }

    @Test
    void anotherOrderIsNotMet() {
        assertThat(stateOf(CLOSE, new SameTrace("random", new Latencies(10, 95), new Latencies(10, 95))))
                .isEqualTo(Verdict.State.NOT_MET);
    }

    @Test
    void linesAreReadAsTheyWereWritten() {
        assertThat(SameTrace.parse(SameTrace.lines(List.of(CLOSE)))).containsExactly(CLOSE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SameTrace.parse(List.of("header", "a,b")))
                .withMessageContaining("'a,b'");
    }

    private static Verdict.State stateOf(SameTrace... all) {
        return SameTrace.judge(List.of(all)).getFirst().state();
    }
}
