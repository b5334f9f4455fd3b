/**
 * What tensors cost on their way: in JSON and in bytes. Start at {@link dev.evenkeel.benchmarks.tensors.TensorFormats}.
 */
@NullMarked
package dev.evenkeel.benchmarks.tensors;

import org.jspecify.annotations.NullMarked;
