package dev.evenkeel.model.inference;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/**
 * A model to serve.
 *
 * @param name the name that requests give
 * @param version the model's version
 * @param aliases other names for it
 * @param task what it does
 * @param folder its files
 * @param maxBatch inputs in a batch
 * @param maxBatchTokens padded tokens in a batch; empty: all that {@code maxBatch} inputs of full length have
 * @param maxTokens tokens of an input; empty: what the model was made for
 */
public record ModelSettings(
        String name,
        String version,
        List<String> aliases,
        Task task,
        Path folder,
        int maxBatch,
        OptionalInt maxBatchTokens,
        OptionalInt maxTokens) {

    public ModelSettings {
        aliases = List.copyOf(aliases);
    }
}
