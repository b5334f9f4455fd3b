package dev.evenkeel.model.inference;

import java.util.Locale;

/** What a model does, which is what its rows of numbers mean. */
public enum Task {
    /** A row is a vector of length 1. */
    EMBEDDING,
    /** A row has a logit for each label. */
    CLASSIFICATION;

    /** The name that travels. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
