/**
 * How loaded is a node for this request? One question, answered by a {@link dev.evenkeel.balancer.cost.Cost}; which of
 * several nodes to take is the business of the pickers. A new cost is a class with a factory in {@code Cost} and a
 * line in {@code Policies}.
 */
@NullMarked
package dev.evenkeel.balancer.cost;

import org.jspecify.annotations.NullMarked;
