/**
 * Virtual time and chance. {@link dev.evenkeel.simulator.event.EventQueue} is the clock of everything in a run,
 * {@link dev.evenkeel.simulator.event.Streams} is where its random numbers come from. Whoever adds a source of chance gives
 * it a purpose of its own.
 */
@NullMarked
package dev.evenkeel.simulator.event;

import org.jspecify.annotations.NullMarked;
