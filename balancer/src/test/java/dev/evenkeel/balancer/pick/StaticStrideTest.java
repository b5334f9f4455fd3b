package dev.evenkeel.balancer.pick;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class StaticStrideTest {

    @Test
    void aWeightIsHeldWithinTenTimesOfTheMean() {
        double[] weights = new double[100];
        Arrays.fill(weights, 1);
        weights[0] = 1e9;
        weights[1] = 1e-9;
        // the mean is 1e7 and the greatest weight 1e8; all others are at 1e6 at least
        int[] taken = taken(new StaticStride(weights), 100, 100_000);
        assertThat(taken[0]).isEqualTo(1_000 * 100);
        assertThat(taken[1]).isBetween(999, 1_001);
        assertThat(taken[2]).isBetween(999, 1_001);
    }

    @Test
    void equalWeightsAreTakenInTurn() {
        StaticStride stride = new StaticStride(new double[] {3, 3, 3});
        for (int turn = 0; turn < 30; turn++) {
            assertThat(stride.takes(turn)).isTrue();
        }
    }

    @Test
    void aPlacesTurnsAreEvenlySpaced() {
        StaticStride stride = new StaticStride(new double[] {4, 1});
        long last = 0;
        for (long round = 4; round < 4_000; round++) {
            if (stride.takes(2 * round + 1)) {
                assertThat(round - last).isBetween(3L, 5L);
                last = round;
            }
        }
        assertThat(last).isGreaterThan(3_990);
    }

    private static int[] taken(StaticStride stride, int places, int rounds) {
        int[] taken = new int[places];
        for (long turn = 0; turn < (long) rounds * places; turn++) {
            if (stride.takes(turn)) {
                taken[stride.place(turn)]++;
            }
        }
        return taken;
    }
}
