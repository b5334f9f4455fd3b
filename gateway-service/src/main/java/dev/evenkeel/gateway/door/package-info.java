/**
 * What is asked of a connection before anything on it is a request: {@link dev.evenkeel.gateway.door.SlowClients} cuts off
 * those that send one too slowly.
 */
@NullMarked
package dev.evenkeel.gateway.door;

import org.jspecify.annotations.NullMarked;
