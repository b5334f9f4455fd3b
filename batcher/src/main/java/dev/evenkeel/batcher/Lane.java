package dev.evenkeel.batcher;

/**
 * What may share a batch: the inputs of one model. Equal lanes are one lane. A queue keeps what it learns of a lane for
 * good, so lanes are few.
 *
 * @param name the model's name
 * @param maxInputs inputs in a batch, at least 1
 * @param maxTokens padded tokens in a batch, which is the longest input's tokens times the inputs; at least 1. An input
 *     that is longer than this all by itself goes alone
 * @param callTokens what one call of the model costs beside its tokens, in tokens, at least 0. The higher, the more
 *     padding is accepted to save a call. About 12 was measured for a small sentence encoder
 * @param maxConcurrent batches that may be handed out at once, at least 1
 */
public record Lane(String name, int maxInputs, long maxTokens, long callTokens, int maxConcurrent) {

    public Lane {
        if (maxInputs < 1 || maxTokens < 1) {
            throw new IllegalArgumentException("lane " + name + " bounds a batch by " + maxInputs + " inputs and "
                    + maxTokens + " tokens; at least 1");
        }
        if (callTokens < 0) {
            throw new IllegalArgumentException("lane " + name + " has callTokens " + callTokens + "; at least 0");
        }
        if (maxConcurrent < 1) {
            throw new IllegalArgumentException("lane " + name + " has maxConcurrent " + maxConcurrent + "; at least 1");
        }
    }

    /** How many inputs, the longest of them of so many tokens, may share a batch; at least 1. */
    public int places(int longest) {
        return longest == 0 ? maxInputs : Math.clamp(maxTokens / longest, 1, maxInputs);
    }
}
