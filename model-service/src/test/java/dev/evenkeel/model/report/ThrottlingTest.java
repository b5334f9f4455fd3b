package dev.evenkeel.model.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThrottlingTest {

    /** What the kernel counts in a second, in which threads that never stop share a quota of periods of 100 ms. */
    @ParameterizedTest
    @CsvSource({
        "1, 0.2, 0.8", // one thread runs 20 ms of each period and waits 80
        "2, 1,   0.5", // two run 50 ms and wait 50, which counts as 100
        "4, 1,   0.75",
        "4, 3,   0.25",
    })
    void theShareIsOfWallTimeHoweverManyThreadsWait(int threads, double quota, double expected) {
        Throttling before = new Throttling(7, 3, quota, 0.1);
        Throttling after = new Throttling(17, 3 + (threads - quota), quota, 0.1);
        assertThat(after.shareSince(before, 1)).isEqualTo(expected, within(1e-9));
    }

    @Test
    void oneThrottledPeriodOfTenIsATenthOfIt() {
        Throttling before = new Throttling(0, 0, 1, 0.1);
        assertThat(new Throttling(1, 0.1, 1, 0.1).shareSince(before, 1)).isEqualTo(0.05, within(1e-9));
    }

    @Test
    void itIsNeverMoreThanAllOfTheTimeNorLessThanNone() {
        Throttling before = new Throttling(5, 5, 0.2, 0.1);
        assertThat(new Throttling(5, 9, 0.2, 0.1).shareSince(before, 0.001)).isEqualTo(1);
        assertThat(new Throttling(0, 0, 0.2, 0.1).shareSince(before, 1))
                .as("counters of a new group")
                .isZero();
        assertThat(Throttling.NONE.shareSince(Throttling.NONE, 1)).isZero();
    }

    @Test
    void aQuotaThatIsNewDoesNotBringItsPastAlong() {
        Throttling old = new Throttling(900, 80, 0.2, 0.1);
        assertThat(old.shareSince(Throttling.NONE, 1)).isZero();
    }
}
