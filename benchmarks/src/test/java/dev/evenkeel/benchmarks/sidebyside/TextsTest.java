package dev.evenkeel.benchmarks.sidebyside;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TextsTest {

    @Test
    void oneOfTenIsLongAndTheSameOnesInEveryRun() {
        Texts first = new Texts("m", true, 5, 1);
        Texts second = new Texts("m", true, 5, 2);

        long small = IntStream.range(0, 2_000).filter(first::isSmall).count();
        assertThat(small).isBetween(1_750L, 1_850L);
        assertThat(IntStream.range(0, 2_000).allMatch(i -> first.isSmall(i) == second.isSmall(i)))
                .isTrue();
        // the same work, and never the same text
        assertThat(first.body(3)).hasSameSizeAs(second.body(3)).isNotEqualTo(second.body(3));
    }

    @Test
    void whereAllAreAlikeAllAreSmall() {
        Texts alike = new Texts("m", false, 5, 1);
        assertThat(IntStream.range(0, 100).allMatch(alike::isSmall)).isTrue();
    }
}
