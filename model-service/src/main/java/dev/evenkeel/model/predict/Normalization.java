package dev.evenkeel.model.predict;

/** Whether rows are scaled to length 1. */
public enum Normalization {
    /**
     * If {@code modules.json} has a Normalize module; without the file, if token vectors are pooled here.
     */
    AUTO,
    YES,
    NO
}
