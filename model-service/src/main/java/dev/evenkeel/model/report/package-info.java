/**
 * What the node says about itself: its CPU among its neighbours, its backlog, what its models cost, how fast it works.
 *
 * <p>Start at {@link dev.evenkeel.model.report.LoadReporter}. The machine is sampled in the background by
 * {@link dev.evenkeel.model.report.MachineSampler}; costs and rates are learned from every batch by
 * {@link dev.evenkeel.model.report.LearnedCost} and {@link dev.evenkeel.load.measure.WorkRate}. What happens is
 * counted by {@link dev.evenkeel.model.report.NodeMeters}. A new number is measured here and goes into the report and the
 * gauges.
 */
@NullMarked
package dev.evenkeel.model.report;

import org.jspecify.annotations.NullMarked;
