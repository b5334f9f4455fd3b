package dev.evenkeel.model.tokenize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** With a file that pads to 24 and cuts at 24 by itself. */
class TextTokenizerTest {

    private static final Path MODELS = Path.of("src/test/resources/models");
    private static final int CLS = 2;
    private static final int SEP = 3;
    private static final int MOST = 16;

    private static TextTokenizer tokenizer;

    @BeforeAll
    static void load() throws IOException {
        tokenizer = TextTokenizer.load(MODELS.resolve("encoder/tokenizer.json"), MOST);
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    @Test
    void idsAndTheSecondTextsPlaceAreWhatTheModelWasMadeWith() throws IOException {
        for (JsonNode each : JsonMapper.builder().build().readTree(Files.readString(MODELS.resolve("expected.json")))) {
            String pair = each.path("pair").stringValue();
            Encoded encoded = tokenizer.encode(each.path("text").stringValue(), pair.isEmpty() ? null : pair, false);
            assertThat(encoded.ids())
                    .containsExactly(each.path("ids")
                            .valueStream()
                            .mapToInt(JsonNode::intValue)
                            .toArray());
            assertThat(encoded.second()).isEqualTo(each.path("second").intValue());
        }
    }

    @Test
    void paddingAndTruncationOfTheFileAreLeftOut() {
        assertThat(ids("dog", null, false)).hasSize(3);
        assertThat(ids("dog", null, true)).hasSize(3);
        assertThat(ids("dog ".repeat(40), null, false)).hasSize(42);
    }

    @Test
    void aTextThatIsCutKeepsItsClosingToken() {
        assertThat(ids("dog ".repeat(40), null, true))
                .hasSize(MOST)
                .startsWith(CLS)
                .endsWith(SEP);
    }

    @Test
    void theLongerTextOfAPairIsCutFirst() {
        Encoded cut = tokenizer.encode("the quick fox", "dog ".repeat(40), true);
        assertThat(cut.ids()).hasSize(MOST).endsWith(SEP);
        assertThat(cut.second()).as("[CLS] the quick fox [SEP]").isEqualTo(5);
    }

    @Test
    void aHugeTextIsRefusedBeforeItIsTokenizedAndCutWhenAsked() {
        String huge = "dog ".repeat(10_000_000);
        assertThatThrownBy(() -> tokenizer.encode(huge, null, false))
                .isInstanceOf(TextTooLongException.class)
                .hasMessage("the text has 40000000 characters; at most 2048 are tokenized (or set truncate)");
        assertThatThrownBy(() -> tokenizer.encode("dog", huge, false)).isInstanceOf(TextTooLongException.class);
        assertThat(ids(huge, huge, true)).hasSize(MOST);
    }

    @Test
    void aCharacterOfTwoHalvesIsNotCutInTwo() {
        String text = "a" + "\ud83d\ude00".repeat(2_000);
        assertThat(ids(text, null, true)).containsExactly(ids("a" + "\ud83d\ude00".repeat(1_023), null, true));
    }

    @Test
    void aSingleTextHasNoSecond() {
        Encoded encoded = tokenizer.encode("the dog", null, false);
        assertThat(encoded.second()).isEqualTo(encoded.ids().length);
    }

    @Test
    void manyThreadsShareATokenizer() {
        int[] expected = ids("the quick brown fox", null, false);
        assertThat(IntStream.range(0, 2_000).parallel().mapToObj(i -> ids("the quick brown fox", null, i % 2 == 0)))
                .allSatisfy(ids -> assertThat(ids).containsExactly(expected));
    }

    @Test
    void whatIsMissingOrNoTokenizerIsNamed(@TempDir Path dir) throws IOException {
        Path file = dir.resolve("tokenizer.json");
        assertThatThrownBy(() -> TextTokenizer.load(file, MOST))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "there is no " + file + ": a model's folder needs a tokenizer.json in Hugging Face's format");
        Files.writeString(file, "{\"version\":\"1.0\"}");
        assertThatThrownBy(() -> TextTokenizer.load(file, MOST))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(file + " is no tokenizer: ");
    }

    private static int[] ids(String text, @Nullable String pair, boolean truncate) {
        return tokenizer.encode(text, pair, truncate).ids();
    }
}
