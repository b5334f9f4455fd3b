package dev.evenkeel.model.predict;

/** What is predicted at once, as an engine takes it. */
public sealed interface Example permits Tokens, Tensors {

    /** Its length, which its cost grows with; at least 1. */
    int length();
}
