/**
 * What a decision costs: {@link dev.evenkeel.benchmarks.pick.PickCost} measures every policy over fleets of several sizes by
 * JMH, time and memory. What one operation is stands at {@link dev.evenkeel.benchmarks.pick.PickBenchmark}.
 */
@NullMarked
package dev.evenkeel.benchmarks.pick;

import org.jspecify.annotations.NullMarked;
