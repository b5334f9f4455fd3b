package dev.evenkeel.model.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryGuardTest {

    private double share = 0.3;
    private final AtomicInteger collections = new AtomicInteger();
    private final MemoryGuard guard = new MemoryGuard(() -> share, 0.92, collections::incrementAndGet);

    @Test
    void oneSamplePastTheMarkIsEnough() {
        assertThat(refusesAt(0.91)).isFalse();
        assertThat(refusesAt(0.92)).isTrue();
    }

    @Test
    void workIsTakenAgainOnlyWhenThereIsHalfAsMuchRoomAgain() {
        refusesAt(0.95);
        assertThat(refusesAt(0.91)).isTrue();
        assertThat(refusesAt(0.881)).isTrue();
        assertThat(refusesAt(0.879)).isFalse();
        assertThat(refusesAt(0.91)).as("below the mark, coming from below").isFalse();
    }

    @Test
    void unusedHeapIsAskedForAtOnceAndThenNowAndAgain() {
        refusesAt(0.5);
        assertThat(collections).hasValue(0);
        refusesAt(0.95);
        assertThat(collections).hasValue(1);
        for (int i = 1; i < MemoryGuard.SAMPLES_BETWEEN_COLLECTIONS; i++) {
            refusesAt(0.95);
        }
        assertThat(collections)
                .as("a node that only waits must not collect all the time")
                .hasValue(1);
        refusesAt(0.95);
        assertThat(collections)
                .as("nor refuse for ever for want of a collection")
                .hasValue(2);
        refusesAt(0.5);
        refusesAt(0.95);
        assertThat(collections).as("entered anew").hasValue(3);
    }

    @Test
    void aShareThatIsNotKnownChangesNothing() {
        assertThat(refusesAt(Double.NaN)).isFalse();
        refusesAt(0.95);
        assertThat(refusesAt(Double.NaN)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.49, 0.991, -1, Double.NaN})
    void aMarkThatCannotBeMeantIsRefused(double refuseAt) {
        assertThatThrownBy(() -> new MemoryGuard(() -> 0, refuseAt, () -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(Double.toString(refuseAt))
                .hasMessageContaining("from 0.5 to 0.99");
    }

    private boolean refusesAt(double now) {
        share = now;
        guard.sample();
        return guard.refuses();
    }
}
