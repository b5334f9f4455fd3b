package dev.evenkeel.model.predict;

/** What is made of a model's output. */
public record OutputSettings(Pooling pooling, Normalization normalize) {

    /** As the model's folder says. */
    public static final OutputSettings AUTO = new OutputSettings(Pooling.AUTO, Normalization.AUTO);
}
