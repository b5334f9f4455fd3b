/**
 * The simulator's command, and the only package with libraries: {@link dev.evenkeel.simulator.cli.Simulate} is what people
 * ask for, and everything that can be computed without a terminal, a thread or a picture is in
 * {@link dev.evenkeel.simulator.report}.
 */
@NullMarked
package dev.evenkeel.simulator.cli;

import org.jspecify.annotations.NullMarked;
