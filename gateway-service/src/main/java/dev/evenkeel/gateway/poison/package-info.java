/**
 * Requests that may be why a node stalled or died. {@link dev.evenkeel.gateway.poison.Suspects} knows them, says where they
 * may be tried again, and condemns the one that takes a second node with it; {@link dev.evenkeel.gateway.poison.PoisonFilter}
 * turns copies of that away.
 */
@NullMarked
package dev.evenkeel.gateway.poison;

import org.jspecify.annotations.NullMarked;
