package dev.evenkeel.model.tokenize;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes token ids of text, special tokens included. Safe for threads; its calls are native and pin the thread. */
public interface TextTokenizer extends AutoCloseable {

    /**
     * The tokenizer in a {@code tokenizer.json} of Hugging Face's format. The padding and truncation that the file itself
     * sets are left out.
     *
     * @param maxTokens what truncation cuts to, at least 1
     * @throws IOException if there is no such file or it is no tokenizer
     */
    static TextTokenizer load(Path tokenizerJson, int maxTokens) throws IOException {
        return HuggingFaceTextTokenizer.load(tokenizerJson, maxTokens);
    }

    /**
     * Token ids of a text, or of a pair of texts.
     *
     * @param pair the second text of a pair, or null
     * @param truncate cut to the limit, the longer text of a pair first; otherwise the ids are as many as the text gives
     * @throws TextTooLongException without {@code truncate}, for more than 128 characters a token of the limit
     */
    Encoded encode(String text, @Nullable String pair, boolean truncate);

    /**
     * The tokens of a text with their places in it.
     *
     * @param special with the special tokens that {@link #encode} gives too
     * @throws TextTooLongException for more than 128 characters a token of the limit
     */
    List<TextToken> tokens(String text, boolean special);

    @Override
    void close();
}
