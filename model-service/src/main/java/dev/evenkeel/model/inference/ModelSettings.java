package dev.evenkeel.model.inference;

import dev.evenkeel.model.predict.EngineKind;
import dev.evenkeel.model.predict.OutputSettings;
import dev.evenkeel.model.predict.TensorSettings;
import dev.evenkeel.model.weights.ModelSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A model to serve.
 *
 * @param source its name, the one that requests give, and where its files come from
 * @param version the model's version
 * @param aliases other names for it
 * @param task what it does
 * @param engine what runs it; empty: whichever its file is for
 * @param output how its rows come about
 * @param tensors what is said of a tensor model's inputs and outputs
 * @param maxBatch inputs in a batch; of a tensor model, requests
 * @param maxBatchTokens padded tokens in a batch
 * @param maxTokens tokens of an input; empty: what the model was made for. Tensors are bounded by the body alone
 * @param maxConcurrent batches of it that are predicted at once, at least 1
 * @param required without it the node does not start
 */
public record ModelSettings(
        ModelSource source,
        String version,
        List<String> aliases,
        Task task,
        Optional<EngineKind> engine,
        OutputSettings output,
        TensorSettings tensors,
        int maxBatch,
        int maxBatchTokens,
        OptionalInt maxTokens,
        int maxConcurrent,
        boolean required) {

    public ModelSettings {
        aliases = List.copyOf(aliases);
    }

    String name() {
        return source.name();
    }
}
