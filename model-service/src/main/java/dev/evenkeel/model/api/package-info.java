/**
 * The shapes in which requests come and answers go. One class a shape ({@code OpenAiApi}, {@code TeiApi}, {@code RerankApi},
 * {@code OipApi}), and one more where a shape has much to tell of itself ({@code TeiInfoApi}, {@code OipInfoApi}); each with an {@link dev.evenkeel.model.api.ErrorShape} of its own; what they share is how a body is read
 * ({@code Body}, {@code Fields}, {@code Inputs}) and how a model is found ({@code Models}). A new shape is a controller, an
 * error shape, and a line in {@code ErrorShapes} that says which paths are its own.
 */
@NullMarked
package dev.evenkeel.model.api;

import org.jspecify.annotations.NullMarked;
