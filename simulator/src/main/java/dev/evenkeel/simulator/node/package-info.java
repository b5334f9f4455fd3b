/**
 * The nodes of a simulated fleet. Start at {@link dev.evenkeel.simulator.node.Node}; how it serves is its
 * {@link dev.evenkeel.simulator.node.NodeKind}: {@code batch} runs the model node's own queue and measured service curve.
 */
@NullMarked
package dev.evenkeel.simulator.node;

import org.jspecify.annotations.NullMarked;
