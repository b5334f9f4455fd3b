/**
 * What clients send: {@link dev.evenkeel.simulator.workload.Arrivals when} and {@link dev.evenkeel.simulator.workload.Sizes
 * how much}. A new distribution is one record here.
 */
@NullMarked
package dev.evenkeel.simulator.workload;

import org.jspecify.annotations.NullMarked;
