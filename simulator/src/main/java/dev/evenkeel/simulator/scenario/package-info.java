/**
 * What a run is about: a {@link dev.evenkeel.simulator.scenario.Scenario} is all of it but the policy and the seed.
 */
@NullMarked
package dev.evenkeel.simulator.scenario;

import org.jspecify.annotations.NullMarked;
