/**
 * Ours and what people would use instead, on the same nodes: {@link dev.evenkeel.benchmarks.sidebyside.SideBySide} runs
 * {@link dev.evenkeel.benchmarks.sidebyside.Scenario scenarios}, every run is a
 * {@link dev.evenkeel.benchmarks.sidebyside.Row}, and {@link dev.evenkeel.benchmarks.sidebyside.Document} makes
 * {@code docs/benchmarks.md} of the rows alone.
 */
@NullMarked
package dev.evenkeel.benchmarks.sidebyside;

import org.jspecify.annotations.NullMarked;
