package dev.evenkeel.benchmarks.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TurnsTest {

    private static final List<Integer> ALL = IntStream.range(0, 22).boxed().toList();

    @Test
    void theSecondOfAPairIsTheFirstBackwards() {
        for (int repeat = 1; repeat < 9; repeat += 2) {
            assertThat(Turns.of(ALL, 1, repeat + 1))
                    .isEqualTo(Turns.of(ALL, 1, repeat).reversed());
        }
    }

    @Test
    void aSeedGivesTheSameOrdersAndEachPairAnother() {
        assertThat(Turns.of(ALL, 1, 3)).isEqualTo(Turns.of(ALL, 1, 3)).containsExactlyInAnyOrderElementsOf(ALL);
        assertThat(Turns.of(ALL, 1, 3)).isNotEqualTo(Turns.of(ALL, 1, 1)).isNotEqualTo(Turns.of(ALL, 2, 3));
    }

    /** A rotation by the repeat left each of 22 within five places, and behind the same one. */
    @Test
    void nobodyIsAlwaysEarlyOrAlwaysBehindTheSameOne() {
        List<List<Integer>> orders = IntStream.rangeClosed(1, 4)
                .mapToObj(repeat -> Turns.of(ALL, 1, repeat))
                .toList();

        for (int subject : ALL) {
            double mean = orders.stream()
                    .mapToInt(order -> order.indexOf(subject))
                    .average()
                    .orElseThrow();
            assertThat(mean).isEqualTo((ALL.size() - 1) / 2.0);
            assertThat(orders.stream()
                            .map(order -> order.indexOf(subject) == 0 ? -1 : order.get(order.indexOf(subject) - 1))
                            .distinct())
                    .hasSizeGreaterThan(1);
        }
    }
}
