package dev.evenkeel.balancer;

import dev.evenkeel.balancer.pick.Prober;
import java.util.random.RandomGenerator;

/**
 * What policies need of the world.
 *
 * @param random may be used by many threads
 * @param prober asks nodes for the policies that probe
 */
public record Wiring(RandomGenerator random, Prober prober) {}
