package dev.evenkeel.benchmarks.sidebyside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.benchmarks.fleet.Fleet;
import org.junit.jupiter.api.Test;

class SimulatedModelTest {

    @Test
    void finishesAsMuchMoreInFullBatchesAsTheMeasuredNodesDid() {
        SimulatedModel model = SimulatedModel.of(1.4);
        assertThat(model.perCoreSecond(Fleet.SATURATED) / model.perCoreSecond(Ground.FULL_BATCH))
                .isCloseTo(1.4, within(0.01));
    }

    @Test
    void costsNothingBesideItsCallsWhereNothingWasGainedOrMeasured() {
        double alone = SimulatedModel.of(1).perCoreSecond(1);
        assertThat(alone).isGreaterThan(SimulatedModel.of(1.4).perCoreSecond(1));
        assertThat(SimulatedModel.of(Double.NaN).perCoreSecond(1)).isEqualTo(alone);
    }
}
