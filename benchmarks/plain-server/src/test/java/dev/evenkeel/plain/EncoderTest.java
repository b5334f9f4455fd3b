package dev.evenkeel.plain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.inference.Predictor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EncoderTest {

    @SuppressWarnings("NullAway.Init")
    private static Encoder encoder;

    @BeforeAll
    static void load() throws IOException {
        encoder = Encoder.load(SmallEncoder.FOLDER);
    }

    @AfterAll
    static void close() {
        encoder.close();
    }

    @Test
    void aTextHasItsVectorWhateverItIsBatchedWith() {
        long[] one = encoder.tokenize("a card was lost");
        long[] other = encoder.tokenize("where can the exchange rate of last Friday be found, and who sets it");
        try (Predictor<List<long[]>, float[][]> predictor = encoder.newPredictor()) {
            float[] alone = Encoder.predict(predictor, List.of(one))[0];
            float[] padded = Encoder.predict(predictor, List.of(other, one))[1];
            assertThat(padded).hasSize(SmallEncoder.WIDTH).containsExactly(alone, within(1e-5f));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 16, 128})
    void aTextHasExactlyTheTokensThatWereAskedFor(int tokens) throws IOException {
        List<String> texts = new Texts(encoder, new Random(1)).cycle(Integer.toString(tokens));
        assertThat(texts)
                .doesNotHaveDuplicates()
                .allSatisfy(text -> assertThat(encoder.tokenize(text)).hasSize(tokens));
    }

    @Test
    void mixedTextsAreOf8To128TokensHalfOfThemOf32OrFewer() throws IOException {
        List<Integer> lengths = new Texts(encoder, new Random(1))
                .cycle("mixed").stream()
                        .map(text -> encoder.tokenize(text).length)
                        .sorted()
                        .toList();
        assertThat(lengths).allSatisfy(length -> assertThat(length).isBetween(8, 128));
        // of 256 draws the median is within three standard errors of 0.09 octaves' share: 26 to 40
        assertThat(lengths.get(lengths.size() / 2)).isBetween(26, 40);
    }

    @Test
    void theLinesOfAFileAreTheTexts(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("texts.txt"), "first\n\nsecond one\n");
        assertThat(new Texts(encoder, new Random(1)).cycle("file:" + file)).containsExactly("first", "second one");
    }

    @Test
    void aFolderWithoutAModelIsRefusedByName(@TempDir Path folder) {
        assertThatThrownBy(() -> Encoder.load(folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has no tokenizer.json");
    }
}
