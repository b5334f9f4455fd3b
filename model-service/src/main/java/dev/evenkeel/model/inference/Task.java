package dev.evenkeel.model.inference;

import java.util.Locale;

/** What a model does, which is what its rows of numbers mean. */
public enum Task {
    /** A row is a vector. */
    EMBEDDING,
    /** A row has a logit for each label. */
    CLASSIFICATION,
    /** A cross-encoder: an input is a query and a text, a row has one logit, the higher the better they fit. */
    RERANK,
    /** Numbers in, numbers out; what they mean is the client's. */
    TENSOR;

    /** The name that travels. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
