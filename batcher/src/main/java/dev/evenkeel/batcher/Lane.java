package dev.evenkeel.batcher;

/**
 * What may share a batch: the inputs of one model. A lane is known by its name; its bounds are those of its batches.
 *
 * @param name the model's name
 * @param maxInputs inputs in a batch, at least 1
 * @param maxTokens padded tokens in a batch, which is the longest input's tokens times the inputs; at least 1. An input
 *     that is longer than this all by itself goes alone
 */
public record Lane(String name, int maxInputs, long maxTokens) {

    public Lane {
        if (maxInputs < 1 || maxTokens < 1) {
            throw new IllegalArgumentException("lane " + name + " bounds a batch by " + maxInputs + " inputs and "
                    + maxTokens + " tokens; at least 1");
        }
    }
}
