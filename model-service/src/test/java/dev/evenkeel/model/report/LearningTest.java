package dev.evenkeel.model.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cost, learned from samples. */
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

    private static LearnedCost learned(double base, double perToken) {
        LearnedCost cost = new LearnedCost(new Cost(base, perToken));
        for (int i = 0; i < 400; i++) {
            long tokens = 20L + i % 300;
            cost.observe(4, tokens, base * 4 + perToken * tokens);
        }
        return cost;
    }
}
