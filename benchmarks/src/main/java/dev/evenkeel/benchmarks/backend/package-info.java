/**
 * Nodes without a model, which speak as model nodes do: one that answers at once, one that burns CPU, and one that answers
 * nothing as it should.
 */
@NullMarked
package dev.evenkeel.benchmarks.backend;

import org.jspecify.annotations.NullMarked;
