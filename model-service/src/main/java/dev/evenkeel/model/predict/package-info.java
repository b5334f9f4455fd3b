/**
 * Token ids, or tensors, to numbers: the engine and its models. Start at {@link dev.evenkeel.model.predict.Engine}.
 * Another engine is another implementation of {@link dev.evenkeel.model.predict.Engine}; nothing outside this package
 * knows DJL's models or ONNX Runtime's.
 */
@NullMarked
package dev.evenkeel.model.predict;

import org.jspecify.annotations.NullMarked;
