/**
 * A {@link dev.evenkeel.benchmarks.fleet.Fleet} of real nodes with CPU quotas, and the
 * {@link dev.evenkeel.benchmarks.fleet.Sentences} that are sent to it.
 */
@NullMarked
package dev.evenkeel.benchmarks.fleet;

import org.jspecify.annotations.NullMarked;
