package dev.evenkeel.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.benchmarks.load.ClosedLoop.Finished;
import org.junit.jupiter.api.Test;

class ClosedLoopTest {

    private static final int BATCH = 64;

    /** In ns. */
    private static final long BATCH_TIME = 1_400_000_000;

    /** What a target has finished that answers a batch at a time, looked at somewhere between two of them. */
    private static Finished after(int batches) {
        return new Finished((long) batches * BATCH, 5_000_000_000L + batches * BATCH_TIME);
    }

    /** Four seconds of the clock hold two batches or three, which is 32 or 48 a second. */
    @Test
    void aBatchAtTheEdgeOfTheTimeIsCountedWithItsOwnTime() {
        double theirs = BATCH * 1e9 / BATCH_TIME;

        assertThat(after(3).perSecondSince(after(1))).isCloseTo(theirs, within(1e-9));
        assertThat(after(4).perSecondSince(after(1))).isCloseTo(theirs, within(1e-9));
    }

    @Test
    void whoFinishedNothingIsNotDividedByNothing() {
        assertThat(after(2).perSecondSince(after(2))).isZero();
    }
}
