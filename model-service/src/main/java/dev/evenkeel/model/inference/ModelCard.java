package dev.evenkeel.model.inference;

import java.util.List;

/**
 * What is known of a model without loading it.
 *
 * @param name the name that requests give
 * @param version the model's version
 * @param aliases other names for it
 * @param task what it does
 * @param maxTokens tokens of an input, at most
 * @param width numbers in a row: dimensions of an embedding, labels of a classification; -1 for an embedding that is
 *     not loaded yet and whose config.json does not say
 * @param labels names of a classification's numbers, in their order; empty for an embedding
 */
public record ModelCard(
        String name, String version, List<String> aliases, Task task, int maxTokens, int width, List<String> labels) {

    public ModelCard {
        aliases = List.copyOf(aliases);
        labels = List.copyOf(labels);
    }

    ModelCard withWidth(int found) {
        return new ModelCard(name, version, aliases, task, maxTokens, found, labels);
    }

    boolean isCalled(String other) {
        return name.equals(other) || aliases.contains(other);
    }
}
