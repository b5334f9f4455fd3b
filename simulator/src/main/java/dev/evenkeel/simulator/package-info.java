/**
 * The whole fleet in one deterministic event loop: clients, gateways with the shipped balancer, nodes with the shipped
 * batcher. Start at {@link dev.evenkeel.simulator.Simulation}: a scenario, a policy and a seed give a result, the same one
 * each time.
 */
@NullMarked
package dev.evenkeel.simulator;

import org.jspecify.annotations.NullMarked;
