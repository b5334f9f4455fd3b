/**
 * A node's path, top to bottom: tokenize, batch, predict. Start at {@link dev.evenkeel.model.inference.Inference}; its
 * implementation, {@code Pipeline}, is the one place where the leaves (tokenizer, batcher, engine) meet. The shapes in
 * which requests come and answers go are the API's and are not known here. A new task is a value of
 * {@link dev.evenkeel.model.inference.Task} and whatever its rows mean; a new kind of input is a
 * {@link dev.evenkeel.model.inference.ModelInput} and an {@code Encoder} of it.
 */
@NullMarked
package dev.evenkeel.model.inference;

import org.jspecify.annotations.NullMarked;
