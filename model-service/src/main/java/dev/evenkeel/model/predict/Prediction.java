package dev.evenkeel.model.predict;

/** What a model says to an {@link Example}. */
public sealed interface Prediction permits Row, Tensors {}
