package dev.evenkeel.batcher;

/** What became of a request that was offered: all of its inputs were taken, or none. */
public sealed interface Offer {

    /** All inputs wait for their turn. */
    record Accepted(Ticket ticket) implements Offer {}

    /**
     * The queue is full.
     *
     * @param excess work units that must be finished before a request of this size fits
     * @param waitNanos how long that takes at the recent pace of the batches that run now: after this it is worth to
     *     try again. 0 while the queue has not seen a batch finish
     */
    record Full(long excess, long waitNanos) implements Offer {}

    /** The request's deadline has passed: whoever sent it waits no more. */
    record Expired() implements Offer {}

    /** The queue drains: what waits is still served, nothing new is taken. */
    record Closed() implements Offer {}
}
