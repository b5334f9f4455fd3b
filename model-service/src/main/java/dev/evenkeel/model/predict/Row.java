package dev.evenkeel.model.predict;

/** A row of numbers, what a model of text gives. */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record Row(float[] numbers) implements Prediction {}
