package dev.evenkeel.gateway.flow;

import java.time.Duration;

/**
 * How a request is to be answered, by its headers and, where it says nothing, by the gateway's settings.
 *
 * @param id what client and gateway call it; told back with its answer
 * @param nodeId what nodes call it: no two requests have the same, whatever ids clients give
 * @param arrivedAt when it came, in nanoseconds of the gateway's clock
 * @param timeout how long from then on it may take, above 0
 * @param isHurried its client gave it less time than the gateway does: that it is over says nothing of a node
 * @param isBulk it waits for all that is interactive, and is the first to be turned away
 */
public record Terms(String id, String nodeId, long arrivedAt, Duration timeout, boolean isHurried, boolean isBulk) {

    /** The same, if it may take longer than this: then no longer. */
    public Terms within(Duration shorter) {
        return shorter.compareTo(timeout) < 0 ? new Terms(id, nodeId, arrivedAt, shorter, true, isBulk) : this;
    }
}
