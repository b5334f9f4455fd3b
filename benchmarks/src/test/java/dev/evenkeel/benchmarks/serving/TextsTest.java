package dev.evenkeel.benchmarks.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TextsTest {

    @Test
    void aTextHasItsWordsAndTheSpecialTokensInTheAskedNumberOfTokens() {
        Texts texts = new Texts(Lengths.fixed(32), 1, 0, 2);

        assertThat(texts.text(0).split(" ")).hasSize(30);
        assertThat(texts.text(1)).isNotEqualTo(texts.text(0));
    }

    @Test
    void bothServersOfAPairGetTheSameTextsAndAnotherPairGetsOthers() {
        Texts texts = new Texts(Lengths.mixed(), 1, 1, 0);

        assertThat(texts.text(7)).isEqualTo(new Texts(Lengths.mixed(), 1, 1, 0).text(7));
        assertThat(texts.text(7)).isNotEqualTo(new Texts(Lengths.mixed(), 1, 2, 0).text(7));
    }

    @Test
    void mixedLengthsAreAroundTheirMedianAndWithinTheirBounds() {
        Texts texts = new Texts(Lengths.mixed(), 1, 0, 0);

        int[] words = IntStream.range(0, 5_000)
                .map(i -> texts.text(i).split(" ").length)
                .sorted()
                .toArray();

        assertThat(words[words.length / 2]).isBetween(15, 17);
        assertThat(words[0]).isEqualTo(4);
        // exp(0.6 * 2.326) times the median: 64.6; the standard error of this percentile is some 2
        assertThat(words[words.length * 99 / 100]).isBetween(57, 72);
        assertThat(words[words.length - 1]).isLessThanOrEqualTo(128);
    }

    @Test
    void severalInputsOfARequestAreTextsThatNoOtherRequestHas() {
        Texts texts = new Texts(Lengths.fixed(1), 1, 0, 0);

        assertThat(new String(texts.bodies(2).body(3), StandardCharsets.UTF_8))
                .endsWith("\"input\":[\"%s\",\"%s\"]}".formatted(texts.text(6), texts.text(7)));
        assertThat(new String(texts.bodies(1).body(3), StandardCharsets.UTF_8))
                .endsWith("\"input\":\"%s\"}".formatted(texts.text(3)));
    }

    @Test
    void specialTokensAreWhatAWordHasMoreThanOne() {
        assertThat(TokenCheck.specials("node", List.of("a", "b", "c"), text -> text.split(" ").length + 2))
                .isEqualTo(2);
    }

    @Test
    void aWordOfTwoTokensStopsTheRun() {
        assertThatThrownBy(() -> TokenCheck.specials(
                        "node",
                        List.of("a", "b", "money"),
                        text -> text.split(" ").length + (text.length() > 4 ? 1 : 0)))
                .hasMessageContaining("node counts 4 tokens in 3 words from 'a' on");
    }
}
