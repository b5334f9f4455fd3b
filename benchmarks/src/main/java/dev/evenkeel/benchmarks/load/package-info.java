/**
 * The load generator: a seeded trace of arrivals, sent when each one is due whether or not earlier ones were answered,
 * with every latency counted from the time at which the request was due.
 *
 * <p>Start at {@link dev.evenkeel.benchmarks.load.OpenLoop}; {@link dev.evenkeel.benchmarks.load.ClosedLoop} finds out
 * how much a target can finish. {@code benchmarks/README.md} says why no ready-made tool does this here.
 */
@NullMarked
package dev.evenkeel.benchmarks.load;

import org.jspecify.annotations.NullMarked;
