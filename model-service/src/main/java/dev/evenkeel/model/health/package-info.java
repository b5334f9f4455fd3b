/**
 * Is the node ready, and who is told. Start at {@link dev.evenkeel.model.health.NodeLifecycle}: it warms the node, says so to
 * the registry, and takes it out of service without losing a request. {@link dev.evenkeel.model.health.MemoryGuard} keeps it
 * from being killed for its memory.
 */
@NullMarked
package dev.evenkeel.model.health;

import org.jspecify.annotations.NullMarked;
