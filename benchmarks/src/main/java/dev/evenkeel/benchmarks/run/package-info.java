/**
 * What every run needs around its load: {@link dev.evenkeel.benchmarks.run.Options} from the command line,
 * {@link dev.evenkeel.benchmarks.run.Services} for the processes, {@link dev.evenkeel.benchmarks.run.Usage} for who used
 * the CPU meanwhile, and {@link dev.evenkeel.benchmarks.run.Results} for what is kept.
 */
@NullMarked
package dev.evenkeel.benchmarks.run;

import org.jspecify.annotations.NullMarked;
