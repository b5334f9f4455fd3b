package dev.evenkeel.simulator.workload;

/**
 * A request of a client.
 *
 * @param at when it was sent, in nanoseconds
 * @param work what it really costs, in work units
 * @param hint what the gateway takes it for, in work units, &gt;= 1
 * @param tokens of its text, where nodes batch
 * @param small it counts as small where sizes are mixed
 */
public record Call(long at, double work, long hint, int tokens, boolean small) {}
