/**
 * What many runs come to. A {@link dev.evenkeel.simulator.report.Plan} says which runs there are, each is a
 * {@link dev.evenkeel.simulator.report.Row} of raw figures in a file of comma-separated values, and
 * {@link dev.evenkeel.simulator.report.Document} makes the report of such rows alone, with the bars that
 * {@link dev.evenkeel.simulator.report.Bars} judges. Whoever adds a bar adds a line there.
 */
@NullMarked
package dev.evenkeel.simulator.report;

import org.jspecify.annotations.NullMarked;
