package dev.evenkeel.benchmarks.sidebyside;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.benchmarks.run.Options;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SideBySideTest {

    /** With a stall as long as the limit, a request that waited for its end was one that did not fail. */
    @Test
    void aStallOutlastsTheTimeLimit() {
        Duration usual = SideBySide.options().seconds("time-limit");
        assertThatCode(() -> SideBySide.check(List.of(Scenario.STALL), usual)).doesNotThrowAnyException();

        assertThatThrownBy(() -> SideBySide.check(List.of(Scenario.STALL), Scenario.STALLED))
                .isInstanceOf(Options.Wrong.class)
                .hasMessageContaining("--time-limit is 15; it must be below the 15 s");
        assertThatCode(() -> SideBySide.check(List.of(Scenario.KILL), Scenario.STALLED))
                .doesNotThrowAnyException();
    }

    /** Before the nodes were warmed for minutes, and the rows of before forgotten. */
    @Test
    void aValueThatIsNeitherTrueNorFalseIsRefusedAtOnce() {
        assertThatThrownBy(() -> SideBySide.run(new String[] {"--scenarios", "", "--renew", "yes"}))
                .isInstanceOf(Options.Wrong.class)
                .hasMessage("--renew has 'yes'; it must be true or false");
    }
}
