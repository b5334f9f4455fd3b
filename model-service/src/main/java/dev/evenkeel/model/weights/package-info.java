/**
 * Where a model's files are: turns the {@code url} of a model into a folder on the disk. Start at
 * {@link dev.evenkeel.model.weights.Weights}; another form of URL is another case there.
 */
@NullMarked
package dev.evenkeel.model.weights;

import org.jspecify.annotations.NullMarked;
