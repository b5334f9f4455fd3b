package dev.evenkeel.batcher;

import java.util.Optional;

/**
 * Inputs that wait, and the rule by which they become batches. Passive and deterministic, for a single owner: nothing
 * happens but by a call, and the same calls give the same batches.
 *
 * <p>Times are nanoseconds from an origin that the owner chooses, never negative, and {@code nowNanos} never goes back.
 */
public interface BatchQueue<T> {

    /**
     * A queue in which requests take turns, interactive before bulk, and inputs of like length share a batch.
     *
     * @param maxWork work units that may be outstanding (waiting and handed out), at least 1
     */
    static <T> BatchQueue<T> takingTurns(long maxWork) {
        return new TurnQueue<>(maxWork);
    }

    /**
     * Takes a request's inputs, all or none. A request is refused when it would lift the outstanding work above the
     * bound, except when nothing waits: the bound is there for those who would wait behind others, and a request that is
     * larger than the bound by itself would otherwise never be served. So at most the bound and one request are
     * outstanding.
     *
     * @return {@link Offer.Accepted}, {@link Offer.Full} or {@link Offer.Expired}
     */
    Offer offer(Request<T> request, long nowNanos);

    /** Forms the next batch, for a worker that is free now; empty when nothing waits in a lane that may run. */
    Optional<Batch<T>> next(long nowNanos);

    /**
     * A batch that was handed out is done with, whether it succeeded or not: its work is no longer outstanding, and its
     * lane may run another.
     *
     * @return true the first time. A watchdog may finish a batch for a worker that is stuck; should the worker return
     *     after all, its own call answers false and changes nothing
     */
    boolean finished(Batch<T> batch, long nowNanos);

    /** Drops those inputs of a request that still wait, and says how many they were. Once none waits it is 0. */
    int cancel(Ticket ticket);

    Backlog backlog();

    /**
     * Inputs, since the beginning, that were dropped because their deadline passed while they waited. Nobody is told:
     * whoever waits for the request knows its deadline.
     */
    long expiredInputs();
}
