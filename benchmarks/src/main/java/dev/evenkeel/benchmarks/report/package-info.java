/**
 * What a run leaves behind: figures over repeats ({@link dev.evenkeel.benchmarks.report.Spread}), CSV for machines and
 * Markdown for people ({@link dev.evenkeel.benchmarks.report.Table}).
 */
@NullMarked
package dev.evenkeel.benchmarks.report;

import org.jspecify.annotations.NullMarked;
