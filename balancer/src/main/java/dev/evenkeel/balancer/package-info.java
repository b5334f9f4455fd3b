/**
 * The decision that Evenkeel exists for: which node will finish this request soonest.
 *
 * <p>Start at {@link dev.evenkeel.balancer.Balancer}. It narrows the fleet by filters, asks the policy's picker, and
 * hands out a {@link dev.evenkeel.balancer.Ticket} that counts the request's work on the node until its one outcome.
 * A policy is a composition of a cost and a picker, named in {@link dev.evenkeel.balancer.Policies}: that is where a
 * new one is added. Nothing here knows Spring, a clock or a random source of its own.
 */
@NullMarked
package dev.evenkeel.balancer;

import org.jspecify.annotations.NullMarked;
