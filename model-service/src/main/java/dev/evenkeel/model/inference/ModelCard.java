package dev.evenkeel.model.inference;

import dev.evenkeel.model.predict.EngineKind;
import dev.evenkeel.model.predict.TensorSpec;
import java.util.List;

/**
 * What requests need to know of a model.
 *
 * @param name the name that requests give
 * @param version the model's version
 * @param aliases other names for it
 * @param task what it does
 * @param engine what runs it
 * @param maxTokens tokens of an input, at most; 0 for tensors
 * @param maxBatch inputs of one prediction, at most
 * @param maxBatchTokens tokens of one prediction with padding, at most, unless one input has more
 * @param width numbers in a row: dimensions of an embedding, labels of a classification, 1 for a reranker; of a tensor
 *     model the outputs' numbers for a row, free dimensions counted as 1
 * @param labels names of a classification's numbers, in their order; empty for others
 * @param inputs of a tensor model; empty for others
 * @param outputs of a tensor model; empty for others
 */
public record ModelCard(
        String name,
        String version,
        List<String> aliases,
        Task task,
        EngineKind engine,
        int maxTokens,
        int maxBatch,
        int maxBatchTokens,
        int width,
        List<String> labels,
        List<TensorSpec> inputs,
        List<TensorSpec> outputs) {

    public ModelCard {
        aliases = List.copyOf(aliases);
        labels = List.copyOf(labels);
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /** By its name or an alias. */
    public boolean isCalled(String other) {
        return name.equals(other) || aliases.contains(other);
    }
}
