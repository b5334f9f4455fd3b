package dev.evenkeel.model.predict;

/** How a model's token vectors become one row. Padding counts nowhere. */
public enum Pooling {
    /**
     * What the folder's {@code modules.json} says. Without one, rows are taken as they are, and token vectors are pooled by
     * their mean.
     */
    AUTO,
    /** The model gives rows. */
    NONE,
    /** The first token's vector. */
    CLS,
    /** The mean of the tokens' vectors. */
    MEAN,
    /** The highest number of each dimension. */
    MAX,
    /** The last token's vector. */
    LAST
}
