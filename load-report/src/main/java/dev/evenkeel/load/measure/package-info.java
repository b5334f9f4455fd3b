/**
 * How a node measures what it reports, for the model node and for the simulator's nodes alike:
 * {@link dev.evenkeel.load.measure.WorkRate} is how fast it is, {@link dev.evenkeel.load.measure.Latencies} how long a
 * request stays. Clocks are the callers'.
 */
@NullMarked
package dev.evenkeel.load.measure;

import org.jspecify.annotations.NullMarked;
