package dev.evenkeel.batcher;

import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * A {@link BatchQueue} between threads that offer requests and worker threads that predict. A worker runs
 * {@code while ((batch = next()) is present) { predict; finished(batch); }}.
 */
public interface Batcher<T> {

    /**
     * Makes a queue safe for threads; the queue must not be used by itself any more.
     *
     * @param nanoTime the clock that the requests' deadlines are of: nanoseconds, never negative, never going back
     */
    static <T> Batcher<T> over(BatchQueue<T> queue, LongSupplier nanoTime) {
        return new BlockingBatcher<>(queue, nanoTime);
    }

    /** As {@link BatchQueue#offer}, and {@link Offer.Closed} once {@link #drain} was called. Never waits. */
    Offer offer(Request<T> request);

    /** Waits for inputs that may run and takes a batch of them; empty, for good, when it drains and nothing waits. */
    Optional<Batch<T>> next() throws InterruptedException;

    /** As {@link #next()} but answers empty at once when nothing may run: tells a worker whether it stays busy. */
    Optional<Batch<T>> poll();

    /** As {@link BatchQueue#finished}. */
    boolean finished(Batch<T> batch);

    /** As {@link BatchQueue#cancel}. */
    int cancel(Ticket ticket);

    Backlog backlog();

    /** As {@link BatchQueue#expiredInputs}. */
    long expiredInputs();

    /** Takes nothing new; what waits is still served, and then every worker's {@link #next()} is empty. */
    void drain();
}
