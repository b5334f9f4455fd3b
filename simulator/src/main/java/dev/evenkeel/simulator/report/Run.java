package dev.evenkeel.simulator.report;

/**
 * One run of the simulator.
 *
 * @param policy a spec, or the oracle
 */
public record Run(Cell cell, String policy, long seed) {}
