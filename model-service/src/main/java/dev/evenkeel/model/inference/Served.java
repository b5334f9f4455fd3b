package dev.evenkeel.model.inference;

import dev.evenkeel.batcher.Lane;
import dev.evenkeel.load.NodeStatus;
import dev.evenkeel.model.predict.LoadedModel;
import dev.evenkeel.model.predict.Tokens;
import dev.evenkeel.model.report.LearnedCost;
import dev.evenkeel.model.tokenize.Encoded;
import dev.evenkeel.model.tokenize.TextTokenizer;
import dev.evenkeel.model.tokenize.TextTooLongException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A model in memory with all that belongs to it. */
record Served(
        ModelCard card,
        int vocabulary,
        Lane lane,
        TextTokenizer tokenizer,
        LoadedModel model,
        LearnedCost cost,
        TokenRatio tokenRatio) {

    /** Token ids of one input; the index is for the message. */
    Tokens tokenize(ModelInput input, int index, boolean truncate) {
        return switch (input) {
            case ModelInput.Text(String text) -> encode(text, null, index, truncate);
            case ModelInput.Pair(String first, String second) -> encode(first, second, index, truncate);
            case ModelInput.Ids(List<Integer> given) -> known(given, index, truncate);
        };
    }

    private void requireLength(int tokens, int index) {
        if (tokens == 0) {
            throw new InferenceException.InvalidInput(index, "input " + index + " is empty: it gives no tokens");
        }
        if (tokens > card.maxTokens()) {
            throw new InferenceException.InvalidInput(
                    index,
                    "input " + index + " has " + tokens + " tokens; " + card.name() + " takes at most "
                            + card.maxTokens() + " (or set truncate)");
        }
    }

    private Tokens known(List<Integer> given, int index, boolean truncate) {
        for (int id : given) {
            if (id < 0 || id >= vocabulary) {
                throw new InferenceException.InvalidInput(
                        index,
                        "input " + index + " has token id " + id + "; " + card.name() + " has ids from 0 to "
                                + (vocabulary - 1));
            }
        }
        int[] ids = given.stream()
                .limit(truncate ? card.maxTokens() : given.size())
                .mapToInt(Integer::intValue)
                .toArray();
        requireLength(ids.length, index);
        return new Tokens(ids, ids.length);
    }

    private Tokens encode(String text, @Nullable String pair, int index, boolean truncate) {
        try {
            Encoded encoded = tokenizer.encode(text, pair, truncate);
            requireLength(encoded.ids().length, index);
            return new Tokens(encoded.ids(), encoded.second());
        } catch (TextTooLongException e) {
            throw new InferenceException.InvalidInput(
                    index, "input " + index + ": " + e.getMessage());
        }
    }

    void close() {
        tokenizer.close();
        model.close();
    }

    NodeStatus.ServedModel status() {
        return new NodeStatus.ServedModel(
                card.name(),
                card.version(),
                card.aliases(),
                card.task().wireName(),
                cost.cost().base(),
                cost.cost().perToken(),
                tokenRatio.perByte());
    }
}
