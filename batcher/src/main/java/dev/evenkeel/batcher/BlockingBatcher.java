package dev.evenkeel.batcher;

import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * One lock around the queue, under which the clock is read too, so that the queue's time never goes back. An offer wakes
 * one worker, a worker that leaves inputs behind wakes the next, and so does a batch that is finished, since its lane may
 * have been at its limit. A worker that finds nothing which may run wakes nobody.
 */
final class BlockingBatcher<T> implements Batcher<T> {

    private final Lock lock = new ReentrantLock();
    private final Condition waiting = lock.newCondition();
    private final BatchQueue<T> queue;
    private final LongSupplier nanoTime;
    private boolean draining;

    BlockingBatcher(BatchQueue<T> queue, LongSupplier nanoTime) {
        this.queue = queue;
        this.nanoTime = nanoTime;
    }

    @Override
    public Offer offer(Request<T> request) {
        lock.lock();
        try {
            if (draining) {
                return new Offer.Closed();
            }
            Offer offer = queue.offer(request, nanoTime.getAsLong());
            if (offer instanceof Offer.Accepted) {
                waiting.signal();
            }
            return offer;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<Batch<T>> next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            Optional<Batch<T>> batch = poll();
            while (batch.isEmpty() && !isDrained()) {
                waiting.await();
                batch = poll();
            }
            return batch;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<Batch<T>> poll() {
        lock.lock();
        try {
            Optional<Batch<T>> batch = queue.next(nanoTime.getAsLong());
            if (batch.isPresent() || isDrained()) {
                wake();
            }
            return batch;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean finished(Batch<T> batch) {
        lock.lock();
        try {
            boolean first = queue.finished(batch, nanoTime.getAsLong());
            if (first) {
                wake();
            }
            return first;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int cancel(Ticket ticket) {
        lock.lock();
        try {
            int cancelled = queue.cancel(ticket);
            if (isDrained()) {
                wake();
            }
            return cancelled;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Backlog backlog() {
        lock.lock();
        try {
            return queue.backlog();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long expiredInputs() {
        lock.lock();
        try {
            return queue.expiredInputs();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void drain() {
        lock.lock();
        try {
            draining = true;
            waiting.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** A worker for what waits; all of them, to end, when nothing waits and nothing will. */
    private void wake() {
        if (isDrained()) {
            waiting.signalAll();
        } else if (queue.backlog().waitingInputs() > 0) {
            waiting.signal();
        }
    }

    private boolean isDrained() {
        return draining && queue.backlog().waitingInputs() == 0;
    }
}
