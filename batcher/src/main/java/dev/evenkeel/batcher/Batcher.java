package dev.evenkeel.batcher;

import java.util.List;
import java.util.Optional;

/**
 * A {@link BatchQueue} between threads that offer requests and worker threads that predict. A worker runs
 * {@code while ((batch = next()) is present) { predict; finished(batch); }}.
 */
public interface Batcher<T> {

    /** Makes a queue safe for threads; the queue must not be used by itself any more. */
    static <T> Batcher<T> over(BatchQueue<T> queue) {
        return new BlockingBatcher<>(queue);
    }

    /** As {@link BatchQueue#offer}, and {@link Offer.Closed} once {@link #drain} was called. Never waits. */
    Offer offer(Lane lane, List<Input<T>> inputs);

    /** Waits for inputs and takes a batch of them; empty, for good, when the batcher drains and nothing waits. */
    Optional<Batch<T>> next() throws InterruptedException;

    /** As {@link #next()} but answers empty at once when nothing waits: tells a worker whether it stays busy. */
    Optional<Batch<T>> poll();

    /** As {@link BatchQueue#finished}. */
    void finished(Batch<T> batch);

    /** As {@link BatchQueue#cancel}. */
    int cancel(Ticket ticket);

    Backlog backlog();

    /** Takes nothing new; what waits is still served, and then every worker's {@link #next()} is empty. */
    void drain();
}
