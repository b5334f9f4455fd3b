package dev.evenkeel.model.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.load.measure.Latencies;
import dev.evenkeel.load.measure.WorkRate;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cost, rate and latency, learned from samples. */
class LearningTest {

    /** Whatever the first guess, after a few hundred noisy batches the cost of a typical input is known within 5 %. */
    @ParameterizedTest
    @CsvSource({"100,5,100,5", "10,50,100,5", "1000,0.1,20,2", "1,1,3000,250", "50,50,500,0"})
    void costIsLearned(double seedBase, double seedToken, double base, double perToken) {
        LearnedCost cost = new LearnedCost(new Cost(seedBase, seedToken));
        Random random = new Random(3);
        for (int i = 0; i < 1_500; i++) {
            int inputs = random.nextInt(1, 9);
            long tokens = (long) inputs * random.nextInt(4, 100);
            double noise = 1 + 0.1 * random.nextGaussian();
            cost.observe(inputs, tokens, (base * inputs + perToken * tokens) * Math.max(0.5, noise));
        }
        for (int tokens : new int[] {8, 32, 90}) {
            double expected = base + perToken * tokens;
            assertThat((double) cost.cost().of(tokens))
                    .as("%d tokens by %s", tokens, cost.cost())
                    .isCloseTo(expected, within(0.05 * expected + 1));
        }
    }

    @Test
    void oneOddBatchMovesTheCostLittle() {
        LearnedCost cost = learned(100, 5);
        double before = cost.cost().of(30);
        cost.observe(4, 120, 5_000_000);
        assertThat((double) cost.cost().of(30)).isCloseTo(before, Percentage.withPercentage(10));
    }

    @Test
    void aLastingChangeIsFollowed() {
        LearnedCost cost = learned(100, 5);
        for (int i = 0; i < 600; i++) {
            cost.observe(4, 40L + i % 200, 3 * (100 * 4 + 5 * (40 + i % 200)));
        }
        assertThat((double) cost.cost().of(30)).isCloseTo(3 * 250, Percentage.withPercentage(10));
    }

    @Test
    void batchesOfOneLengthStillGiveTheCostOfThatLength() {
        LearnedCost cost = new LearnedCost(new Cost(100, 5));
        for (int i = 0; i < 500; i++) {
            cost.observe(8, 80, 1_000);
        }
        assertThat((double) cost.cost().of(10)).isCloseTo(125, Percentage.withPercentage(5));
        assertThat(cost.cost().base()).isPositive();
        assertThat(cost.cost().perToken()).isPositive();
    }

    @Test
    void neitherNumberGetsNegativeNorNaN() {
        Random random = new Random(9);
        LearnedCost cost = new LearnedCost(new Cost(10, 1));
        for (int i = 0; i < 20_000; i++) {
            cost.observe(random.nextInt(1, 65), random.nextInt(0, 5_000), Math.exp(random.nextDouble() * 18) - 1);
            assertThat(cost.cost().base()).isNotNegative().isFinite();
            assertThat(cost.cost().perToken()).isNotNegative().isFinite();
            assertThat(cost.cost().of(0)).isPositive();
        }
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "16"})
    void aQuotaThatHalvesTheCpuIsSeenWithinTwoSecondsOfLoad(int workers) {
        WorkRate rate = new WorkRate(workers);
        // batches of 1 ms of CPU; the quota stops everyone for 50 of every 100 ms
        for (int i = 0; i < 1_000 * workers; i++) {
            boolean stopped = i / workers % 50 == 49;
            rate.observe(1_000, stopped ? 51_000_000 : 1_000_000);
        }
        assertThat(rate.perSecond()).isCloseTo(0.5e6 * workers, Percentage.withPercentage(10));
    }

    @Test
    void onePauseOfAnIdleNodeMovesTheRateLittle() {
        WorkRate rate = new WorkRate(2);
        for (int i = 0; i < 2_000; i++) {
            rate.observe(1_000, 1_000_000);
        }
        rate.observe(100, 60_000_000);
        assertThat(rate.perSecond()).isCloseTo(2e6, Percentage.withPercentage(10));
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

    @Test
    void aNodeWithWorkInsideKeepsWhatItMeasured() {
        WorkRate rate = new WorkRate(1);
        rate.restart(0.1e6);
        look(rate, 150, 1, 1, false);
        assertThat(rate.perSecond()).isEqualTo(0.1e6);
    }

    @Test
    void aQuotaBoundsWhatShortBurstsShow() {
        WorkRate rate = new WorkRate(1);
        for (int i = 0; i < 1_000; i++) {
            rate.observe(1_000, 1_000_000);
        }
        look(rate, 1, 0.25, 0.25, true);
        assertThat(rate.perSecond()).isEqualTo(0.25e6);
        look(rate, 1, 1, 1, false);
        assertThat(rate.perSecond()).isCloseTo(1e6, Percentage.withPercentage(1));
    }

    /** Looks at the machine five times a second. */
    private static void look(WorkRate rate, int times, double granted, double free, boolean empty) {
        for (int i = 0; i < times; i++) {
            rate.sampled(granted, free, 0.2, empty);
        }
    }

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

    private static LearnedCost learned(double base, double perToken) {
        LearnedCost cost = new LearnedCost(new Cost(base, perToken));
        for (int i = 0; i < 400; i++) {
            long tokens = 20L + i % 300;
            cost.observe(4, tokens, base * 4 + perToken * tokens);
        }
        return cost;
    }
}
