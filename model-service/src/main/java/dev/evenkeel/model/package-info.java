/**
 * One model node: the application, its properties, and the wiring of its parts.
 *
 * <p>Start at {@link dev.evenkeel.model.inference.Inference}, a request's path; {@code Wiring} says who is given to whom.
 * Properties stay in this package: the parts get plain values. It is also the only package with a clock and a source of
 * randomness.
 */
@NullMarked
package dev.evenkeel.model;

import org.jspecify.annotations.NullMarked;
