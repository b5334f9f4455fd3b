/**
 * What is asked of a connection before anything on it is a request, and how it ends:
 * {@link dev.evenkeel.gateway.door.SlowClients} cuts off those that send a request, or read its answer, too slowly, and
 * {@link dev.evenkeel.gateway.door.LingeringClose} lets those read their answer that are refused while they still send.
 */
@NullMarked
package dev.evenkeel.gateway.door;

import org.jspecify.annotations.NullMarked;
