package dev.evenkeel.model.inference;

import dev.evenkeel.model.predict.Tokens;
import dev.evenkeel.model.tokenize.Encoded;
import dev.evenkeel.model.tokenize.TextToken;
import dev.evenkeel.model.tokenize.TextTokenizer;
import dev.evenkeel.model.tokenize.TextTooLongException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Text to token ids.
 *
 * @param name the model's, for messages
 * @param vocabulary token ids that there are
 * @param maxTokens of an input
 * @param pairs whether an input is two texts
 */
record TextEncoder(String name, int vocabulary, int maxTokens, boolean pairs, TextTokenizer tokenizer)
        implements Encoder {

    private static final String USUAL = "The quick brown fox jumps over the lazy dog near the bank of the river.";

    @Override
    public Tokens encode(ModelInput input, int index, boolean truncate) {
        Tokens tokens = switch (input) {
            case ModelInput.Text(String text) -> encode(text, null, index, truncate);
            case ModelInput.Pair(String first, String second) -> encode(first, second, index, truncate);
            case ModelInput.Ids(List<Integer> given) -> known(given, index, truncate);
            case ModelInput.Numbers numbers ->
                throw new InferenceException.InvalidInput(
                        index, "input " + index + " is tensors; " + name + " takes text");
        };
        int length = tokens.ids().length;
        if (length > maxTokens) {
            throw new InferenceException.InvalidInput(
                    index,
                    "input " + index + " has " + length + " tokens; " + name + " takes at most " + maxTokens
                            + " (or set truncate)");
        }
        return tokens;
    }

    private Tokens known(List<Integer> given, int index, boolean truncate) {
        for (int id : given) {
            if (id < 0 || id >= vocabulary) {
                throw new InferenceException.InvalidInput(
                        index,
                        "input " + index + " has token id " + id + "; " + name + " has ids from 0 to "
                                + (vocabulary - 1));
            }
        }
        int[] ids = given.stream()
                .limit(truncate ? maxTokens : given.size())
                .mapToInt(Integer::intValue)
                .toArray();
        return tokens(ids, ids.length, index);
    }

    private Tokens encode(String text, @Nullable String pair, int index, boolean truncate) {
        try {
            Encoded encoded = tokenizer.encode(text, pair, truncate);
            return tokens(encoded.ids(), encoded.second(), index);
        } catch (TextTooLongException e) {
            throw new InferenceException.InvalidInput(index, "input " + index + ": " + e.getMessage());
        }
    }

    @Override
    public List<TextToken> tokens(String text, int index, boolean special) {
        try {
            return tokenizer.tokens(text, special);
        } catch (TextTooLongException e) {
            throw new InferenceException.InvalidInput(index, "input " + index + ": " + e.getMessage());
        }
    }

    private static Tokens tokens(int[] ids, int second, int index) {
        if (ids.length == 0) {
            throw new InferenceException.InvalidInput(index, "input " + index + " is empty: it gives no tokens");
        }
        return new Tokens(ids, second);
    }

    @Override
    public Tokens sample() {
        return Warmup.sample(maxTokens);
    }

    /** Tokens per byte of a usual sentence. */
    double tokensPerByte() {
        return (double) tokenizer.encode(USUAL, null, true).ids().length / USUAL.length();
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
