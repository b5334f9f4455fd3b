package dev.evenkeel.load.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.DoubleSummaryStatistics;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkRateTest {

    private static final long MILLI = 1_000_000;

    /**
     * The kernel stops everybody for the rest of each 100 ms once the quota is used up. With a memory m of 150 ms and a stop
     * of s, the rate is highest as the stop begins, (1 - e^-(100-s)/m) / (1 - e^-100/m) of the full one, and lowest as it
     * ends, e^-s/m of that. The batch that the stop falls into adds a little to either side: 0.03 of the full rate.
     */
    @ParameterizedTest
    @CsvSource({"1,20", "2,20", "16,20", "1,50", "2,50", "16,50", "1,75", "2,75", "16,75"})
    void underAQuotaTheRateStaysNearWhatTheQuotaAllows(int workers, int stopMillis) {
        WorkRate rate = new WorkRate(workers);
        double highest = (1 - Math.exp(-(100 - stopMillis) / 150.0)) / (1 - Math.exp(-100 / 150.0));
        double lowest = highest * Math.exp(-stopMillis / 150.0);
        DoubleSummaryStatistics seen = new DoubleSummaryStatistics();
        for (int period = 0; period < 50; period++) {
            for (int batch = 1; batch <= 100 - stopMillis; batch++) {
                long stop = batch == 100 - stopMillis ? stopMillis : 0;
                for (int worker = 0; worker < workers; worker++) {
                    rate.observe(1_000, (1 + stop) * MILLI);
                }
                if (period >= 20) {
                    seen.accept(rate.perSecond() / (workers * 1e6));
                }
            }
        }
        assertThat(seen.getMin()).isBetween(lowest - 0.03, lowest + 0.03);
        assertThat(seen.getMax()).isBetween(highest - 0.03, highest + 0.03);
        // and at its own sample the node is never taken for more than its quota
        rate.sampled(workers * (100 - stopMillis) / 100.0, workers, 0, 0.2, false);
        assertThat(rate.perSecond()).isLessThanOrEqualTo(workers * (100 - stopMillis) * 1e4 * (1 + 1e-12));
    }

    /**
     * After a neighbour took half of the cores the rate is wrong by a fifth of the new one at most once the old one weighs
     * less than that: 0.15 ln 5 = 0.24 s; two batches more, since it is told at their ends only.
     */
    @ParameterizedTest
    @CsvSource({"1", "2", "16"})
    void whatANeighbourTakesIsSeenWithinAQuarterOfASecondOfLoad(int workers) {
        WorkRate rate = busy(workers);
        int millis = 0;
        while (rate.perSecond() > 1.2 * 0.5e6 * workers) {
            for (int worker = 0; worker < workers; worker++) {
                rate.observe(1_000, 2 * MILLI);
            }
            millis += 2;
        }
        assertThat(millis).isBetween(236, 246);
    }

    /** A batch is no more than its own length: here 60 ms of the 2 x 150 ms that two workers remember, exp(-0.2) = 0.82. */
    @Test
    void onePauseOfAnIdleNodeWeighsItsOwnLengthOnly() {
        WorkRate rate = busy(2);
        rate.observe(100, 60 * MILLI);
        assertThat(rate.perSecond()).isCloseTo(2e6 * 0.82, Percentage.withPercentage(1));
        for (int i = 0; i < 300; i++) {
            rate.observe(1_000, MILLI);
        }
        assertThat(rate.perSecond()).isCloseTo(2e6, Percentage.withPercentage(8));
    }

    @Test
    void anIdleNodeThatWasSlowOnceIsTakenForWhatItsMachineAllows() {
        WorkRate rate = new WorkRate(1);
        rate.restart(0.1e6);
        look(rate, 150, 1, 1, true);
        assertThat(rate.perSecond()).isCloseTo(1e6, Percentage.withPercentage(1));
        // half of the CPU is a neighbour's: between the half that is free and the whole that is granted
        look(rate, 150, 1, 0.5, true);
        assertThat(rate.perSecond()).isCloseTo(0.75e6, Percentage.withPercentage(1));
    }

    /** Of a hundredth of a core half goes into polls and the collector; and somebody has to try a node that needs all itself. */
    @ParameterizedTest
    @CsvSource({"0.005, 5000", "0.01, 1000"})
    void anIdleNodeIsTakenForWhatItsProcessLeavesOfTheGrant(double ownCores, double perSecond) {
        WorkRate rate = new WorkRate(1);
        rate.restart(3_000);
        for (int i = 0; i < 150; i++) {
            rate.sampled(0.01, 0.01, ownCores, 0.2, true);
        }
        assertThat(rate.perSecond()).isCloseTo(perSecond, Percentage.withPercentage(1));
    }

    @Test
    void aNodeWithWorkInsideKeepsWhatItMeasured() {
        WorkRate rate = new WorkRate(1);
        rate.restart(0.1e6);
        look(rate, 150, 1, 1, false);
        assertThat(rate.perSecond()).isEqualTo(0.1e6);
    }

    @Test
    void aQuotaBoundsWhatShortBurstsShow() {
        WorkRate rate = busy(1);
        look(rate, 1, 0.25, 0.25, true);
        assertThat(rate.perSecond()).isEqualTo(0.25e6);
        look(rate, 1, 1, 1, false);
        assertThat(rate.perSecond()).isCloseTo(1e6, Percentage.withPercentage(1));
    }

    /** In full batches each request needs half of what it does alone; with nothing to do that is forgotten. */
    @Test
    void aQuotaBoundsTheRateByWhatASecondOfCpuDoesInBatches() {
        WorkRate rate = new WorkRate(1);
        for (int i = 0; i < 100; i++) {
            rate.observe(100_000, 200 * MILLI);
            rate.sampled(0.25, 0.25, 0.25, 0.2, false);
        }
        assertThat(rate.perSecond()).isCloseTo(0.5e6, Percentage.withPercentage(1));
        for (int i = 0; i < 2_000; i++) {
            rate.sampled(0.25, 0.25, 0.01, 0.2, false);
        }
        assertThat(rate.perSecond()).isCloseTo(0.25e6, Percentage.withPercentage(1));
    }

    /** One that has worked at full speed for two seconds. */
    private static WorkRate busy(int workers) {
        WorkRate rate = new WorkRate(workers);
        for (int i = 0; i < 2_000 * workers; i++) {
            rate.observe(1_000, MILLI);
        }
        return rate;
    }

    /** Looks at the machine five times a second. */
    private static void look(WorkRate rate, int times, double granted, double free, boolean empty) {
        for (int i = 0; i < times; i++) {
            rate.sampled(granted, free, 0, 0.2, empty);
        }
    }
}
