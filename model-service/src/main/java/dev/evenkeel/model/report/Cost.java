package dev.evenkeel.model.report;

/**
 * What an input costs on this node.
 *
 * @param base work units (microseconds of CPU) of an input of no tokens, &gt;= 0
 * @param perToken work units of each token, &gt;= 0
 */
public record Cost(double base, double perToken) {

    /** Work units of one input; at least 1, so that whatever waits is seen. */
    public long of(int tokens) {
        return Math.max(1, Math.round(base + perToken * tokens));
    }
}
