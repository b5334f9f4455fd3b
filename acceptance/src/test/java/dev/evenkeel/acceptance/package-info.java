/**
 * The fleet as its users have it: real processes, started and ended by {@code bin/evenkeel}, asked over HTTP. Start at
 * {@link dev.evenkeel.acceptance.FleetIT}; {@link dev.evenkeel.acceptance.Fleet} drives the launcher, {@link
 * dev.evenkeel.acceptance.Traffic} plays the clients. A new scenario joins a fleet that is up already where it can: to
 * start one costs half a minute.
 */
@NullMarked
package dev.evenkeel.acceptance;

import org.jspecify.annotations.NullMarked;
