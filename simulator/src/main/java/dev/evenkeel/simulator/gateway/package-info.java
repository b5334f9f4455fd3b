/**
 * The gateways of a simulated fleet: {@link dev.evenkeel.simulator.gateway.Gateway} runs the shipped balancer.
 */
@NullMarked
package dev.evenkeel.simulator.gateway;

import org.jspecify.annotations.NullMarked;
