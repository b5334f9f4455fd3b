/**
 * The nodes behind the gateway: who is there ({@link dev.evenkeel.gateway.node.NodeSource}), what they serve
 * ({@link dev.evenkeel.gateway.node.Catalog}) and how they are ({@link dev.evenkeel.gateway.node.LoadPoller}), kept in
 * the balancer's fleet by {@link dev.evenkeel.gateway.node.Nodes}. Another kind of discovery is another
 * {@code NodeSource}.
 */
@NullMarked
package dev.evenkeel.gateway.node;

import org.jspecify.annotations.NullMarked;
