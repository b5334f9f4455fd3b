/**
 * Where a model's files are: turns a {@link dev.evenkeel.model.weights.ModelSource} into a folder on the disk, fetched once
 * and shared by the nodes of one directory. Start at {@link dev.evenkeel.model.weights.Weights}; another form of URL is
 * another case in {@code CachedWeights}, which fills a folder that {@code Cache} has locked and puts into place.
 */
@NullMarked
package dev.evenkeel.model.weights;

import org.jspecify.annotations.NullMarked;
