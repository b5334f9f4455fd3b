package dev.evenkeel.model.tokenize;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Hugging Face's tokenizers through DJL. Two instances of one file: truncation is a setting of the instance, and cutting
 * ids by hand would lose the closing special token. {@code batchEncode} is not used: it brings its own thread pool, sized
 * to the host.
 */
final class HuggingFaceTextTokenizer implements TextTokenizer {

    private final HuggingFaceTokenizer whole;
    private final HuggingFaceTokenizer cut;

    private HuggingFaceTextTokenizer(HuggingFaceTokenizer whole, HuggingFaceTokenizer cut) {
        this.whole = whole;
        this.cut = cut;
    }

    static TextTokenizer load(Path tokenizerJson, int maxTokens) throws IOException {
        return new HuggingFaceTextTokenizer(
                HuggingFaceTokenizer.builder()
                        .optTokenizerPath(tokenizerJson)
                        .optTruncation(false)
                        .optPadding(false)
                        .build(),
                HuggingFaceTokenizer.builder()
                        .optTokenizerPath(tokenizerJson)
                        .optTruncation(true)
                        .optMaxLength(maxTokens)
                        .optPadding(false)
                        .build());
    }

    @Override
    public int[] encode(String text, @Nullable String pair, boolean truncate) {
        HuggingFaceTokenizer tokenizer = truncate ? cut : whole;
        Encoding encoding =
                pair == null ? tokenizer.encode(text, true, false) : tokenizer.encode(text, pair, true, false);
        return Arrays.stream(encoding.getIds()).mapToInt(Math::toIntExact).toArray();
    }

    @Override
    public void close() {
        whole.close();
        cut.close();
    }
}
