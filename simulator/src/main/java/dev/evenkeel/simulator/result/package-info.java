/**
 * What a run measures: a {@link dev.evenkeel.simulator.result.Recorder} takes notes, a
 * {@link dev.evenkeel.simulator.result.Result} is what they come to.
 */
@NullMarked
package dev.evenkeel.simulator.result;

import org.jspecify.annotations.NullMarked;
