/**
 * How a gateway leaves: {@link dev.evenkeel.gateway.drain.Drain} keeps it serving for a while after it was told to stop,
 * and {@link dev.evenkeel.gateway.drain.LeaveFilter} sends its clients elsewhere meanwhile.
 */
@NullMarked
package dev.evenkeel.gateway.drain;

import org.jspecify.annotations.NullMarked;
