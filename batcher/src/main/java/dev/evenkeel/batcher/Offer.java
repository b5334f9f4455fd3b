package dev.evenkeel.batcher;

/** What became of a request that was offered: all of its inputs were taken, or none. */
public sealed interface Offer {

    /** All inputs wait for their turn. */
    record Accepted(Ticket ticket) implements Offer {}

    /**
     * The queue is full.
     *
     * @param excess work units that must be finished before a request of this size fits; divided by the rate at which
     *     work is finished it is the time after which to try again
     */
    record Full(long excess) implements Offer {}

    /** The queue drains: what waits is still served, nothing new is taken. */
    record Closed() implements Offer {}
}
