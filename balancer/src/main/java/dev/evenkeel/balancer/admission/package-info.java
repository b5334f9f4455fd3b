/**
 * What is let in at all: {@link dev.evenkeel.balancer.admission.Admission} turns requests away that the fleet cannot finish
 * in time, {@link dev.evenkeel.balancer.admission.Budget} bounds
 * what the gateway adds to the load of its own accord.
 */
@NullMarked
package dev.evenkeel.balancer.admission;

import org.jspecify.annotations.NullMarked;
