/**
 * Balancing policies on a real fleet whose nodes are not alike:
 * {@link dev.evenkeel.benchmarks.policies.ComparePolicies} gives every policy the same arrivals and texts on the same
 * nodes, each behind a gateway of its own.
 */
@NullMarked
package dev.evenkeel.benchmarks.policies;

import org.jspecify.annotations.NullMarked;
