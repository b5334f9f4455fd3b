/**
 * The machine under a run: processes that are ended with it ({@link dev.evenkeel.benchmarks.host.Child}), the CPU that
 * they are granted ({@link dev.evenkeel.benchmarks.host.CpuGroup}) and the CPU that they and everybody else used
 * ({@link dev.evenkeel.benchmarks.host.CpuUse}). Linux only.
 */
@NullMarked
package dev.evenkeel.benchmarks.host;

import org.jspecify.annotations.NullMarked;
