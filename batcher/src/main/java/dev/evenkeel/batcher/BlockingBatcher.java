package dev.evenkeel.batcher;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One lock around the queue. An offer wakes one worker, and a worker that leaves inputs behind wakes the next: no more
 * workers wake than there are batches.
 */
final class BlockingBatcher<T> implements Batcher<T> {

    private final Lock lock = new ReentrantLock();
    private final Condition waiting = lock.newCondition();
    private final BatchQueue<T> queue;
    private boolean draining;

    BlockingBatcher(BatchQueue<T> queue) {
        this.queue = queue;
    }

    @Override
    public Offer offer(Lane lane, List<Input<T>> inputs) {
        lock.lock();
        try {
            if (draining) {
                return new Offer.Closed();
            }
            Offer offer = queue.offer(lane, inputs);
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
            Optional<Batch<T>> batch = take();
            while (batch.isEmpty() && !draining) {
                waiting.await();
                batch = take();
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
            return take();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void finished(Batch<T> batch) {
        lock.lock();
        try {
            queue.finished(batch);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int cancel(Ticket ticket) {
        lock.lock();
        try {
            return queue.cancel(ticket);
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
    public void drain() {
        lock.lock();
        try {
            draining = true;
            waiting.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private Optional<Batch<T>> take() {
        Optional<Batch<T>> batch = queue.next();
        if (batch.isPresent() && queue.backlog().waitingInputs() > 0) {
            waiting.signal();
        }
        return batch;
    }
}
