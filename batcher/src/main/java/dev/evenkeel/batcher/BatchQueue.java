package dev.evenkeel.batcher;

import java.util.List;
import java.util.Optional;

/**
 * Inputs that wait, and the rule by which they become batches. Passive and deterministic, for a single owner: nothing
 * happens but by a call, and the same calls give the same batches.
 */
public interface BatchQueue<T> {

    /**
     * A queue in which requests take turns.
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
     * @return {@link Offer.Accepted} or {@link Offer.Full}
     */
    Offer offer(Lane lane, List<Input<T>> inputs);

    /** Forms the next batch, for a worker that is free now; empty when nothing waits. */
    Optional<Batch<T>> next();

    /**
     * A batch that was handed out is done with, whether it succeeded or not: its work is no longer outstanding.
     *
     * @throws IllegalStateException if it was finished before
     */
    void finished(Batch<T> batch);

    /** Drops those inputs of a request that still wait, and says how many they were. Once none waits it is 0. */
    int cancel(Ticket ticket);

    Backlog backlog();
}
