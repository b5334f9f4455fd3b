/**
 * What people and clients may ask of the fleet as a whole: its models, and whether it can answer. It reads, and never
 * decides.
 */
@NullMarked
package dev.evenkeel.gateway.fleet;

import org.jspecify.annotations.NullMarked;
