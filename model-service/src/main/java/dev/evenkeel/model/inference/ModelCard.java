package dev.evenkeel.model.inference;

import java.util.List;

/**
 * What requests need to know of a model.
 *
 * @param name the name that requests give
 * @param version the model's version
 * @param aliases other names for it
 * @param task what it does
 * @param maxTokens tokens of an input, at most
 * @param width numbers in a row: dimensions of an embedding, labels of a classification, 1 for a reranker
 * @param labels names of a classification's numbers, in their order; empty for others
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

    /** By its name or an alias. */
    public boolean isCalled(String other) {
        return name.equals(other) || aliases.contains(other);
    }
}
