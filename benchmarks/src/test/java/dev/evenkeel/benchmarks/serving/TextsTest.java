package dev.evenkeel.benchmarks.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.benchmarks.fleet.Sentences;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TextsTest {

    private static Texts texts(Lengths lengths, int run, int specials) {
        return new Texts(lengths, 1, run, new Vocabulary(Sentences.words(), specials));
    }

    @Test
    void aTextHasItsWordsAndTheSpecialTokensInTheAskedNumberOfTokens() {
        Texts texts = texts(Lengths.fixed(32), 0, 2);

        assertThat(texts.text(0).split(" ")).hasSize(30);
        assertThat(texts.text(1)).isNotEqualTo(texts.text(0));
    }

    @Test
    void bothServersOfAPairGetTheSameTextsAndAnotherPairGetsOthers() {
        Texts texts = texts(Lengths.mixed(), 1, 0);

        assertThat(texts.text(7)).isEqualTo(texts(Lengths.mixed(), 1, 0).text(7));
        assertThat(texts.text(7)).isNotEqualTo(texts(Lengths.mixed(), 2, 0).text(7));
    }

    @Test
    void mixedLengthsAreAroundTheirMedianAndWithinTheirBounds() {
        Texts texts = texts(Lengths.mixed(), 0, 0);

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
        Texts texts = texts(Lengths.fixed(1), 0, 0);

        assertThat(new String(texts.bodies(2).body(3), StandardCharsets.UTF_8))
                .endsWith("\"input\":[\"%s\",\"%s\"]}".formatted(texts.text(6), texts.text(7)));
        assertThat(new String(texts.bodies(1).body(3), StandardCharsets.UTF_8))
                .endsWith("\"input\":\"%s\"}".formatted(texts.text(3)));
    }

    @Test
    void wordsOfSeveralTokensAreLeftOutAndSpecialTokensCounted() {
        List<String> words = List.of("it", "a", "money", "b", "c", "animals");

        Vocabulary vocabulary = Vocabulary.of(
                words,
                text -> 2 + text.split(" ").length + text.replaceAll("[^m]", "").length());

        assertThat(vocabulary).isEqualTo(new Vocabulary(List.of("it", "a", "b", "c"), 2));
    }
}
