/**
 * The nodes as one gateway sees them. Start at {@link dev.evenkeel.balancer.endpoint.Endpoint}: what this gateway has
 * there, what the node last said, and whether it is ejected. {@link dev.evenkeel.balancer.endpoint.Fleet} is the set
 * of them. Costs, filters and pickers read endpoints; only the balancer and the reports change them.
 */
@NullMarked
package dev.evenkeel.balancer.endpoint;

import org.jspecify.annotations.NullMarked;
