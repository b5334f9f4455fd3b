/**
 * The side-by-side runs, each over real processes on one machine. Start at {@link dev.evenkeel.benchmarks.Benchmarks};
 * a new run becomes a package of its own beside {@code policies} and {@code overhead}, and a line there.
 */
@NullMarked
package dev.evenkeel.benchmarks;

import org.jspecify.annotations.NullMarked;
