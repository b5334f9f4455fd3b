package dev.evenkeel.model.inference;

import dev.evenkeel.batcher.Lane;
import dev.evenkeel.load.NodeStatus;
import dev.evenkeel.model.predict.LoadedModel;
import dev.evenkeel.model.report.LearnedCost;
import dev.evenkeel.model.tokenize.TextTokenizer;
import dev.evenkeel.model.tokenize.TextTooLongException;
import java.util.List;

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
    int[] tokenize(ModelInput input, int index, boolean truncate) {
        int[] ids;
        try {
            ids = switch (input) {
                case ModelInput.Text(String text) ->
                    tokenizer.encode(text, null, truncate).ids();
                case ModelInput.Pair(String first, String second) ->
                    tokenizer.encode(first, second, truncate).ids();
                case ModelInput.Ids(List<Integer> given) -> known(given, index, truncate);
            };
        } catch (TextTooLongException e) {
            throw new InferenceException.InvalidInput(index, "input " + index + " is too long: " + e.getMessage());
        }
        if (ids.length == 0) {
            throw new InferenceException.InvalidInput(index, "input " + index + " is empty: it gives no tokens");
        }
        if (ids.length > card.maxTokens()) {
            throw new InferenceException.InvalidInput(
                    index,
                    "input " + index + " has " + ids.length + " tokens; " + card.name() + " takes at most "
                            + card.maxTokens() + " (or set truncate)");
        }
        return ids;
    }

    private int[] known(List<Integer> given, int index, boolean truncate) {
        for (int id : given) {
            if (id < 0 || id >= vocabulary) {
                throw new InferenceException.InvalidInput(
                        index,
                        "input " + index + " has token id " + id + "; " + card.name() + " has ids from 0 to "
                                + (vocabulary - 1));
            }
        }
        return given.stream()
                .limit(truncate ? card.maxTokens() : given.size())
                .mapToInt(Integer::intValue)
                .toArray();
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
