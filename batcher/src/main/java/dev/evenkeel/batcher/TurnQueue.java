package dev.evenkeel.batcher;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Round robin over requests: whoever gave an input goes to the back of its lane, and what is passed over keeps its place.
 * Over lanes, the one whose first request has waited for its turn the longest is next, interactive before bulk.
 */
final class TurnQueue<T> implements BatchQueue<T> {

    private final long maxWork;
    private final Map<Lane, LaneQueue<T>> lanes = new LinkedHashMap<>();
    private final RecentMean nanosPerWork = new RecentMean();

    private long requests;
    private long turns;
    private int waitingInputs;
    private long waitingWork;
    private int runningBatches;
    private long runningWork;
    private long expiredInputs;

    TurnQueue(long maxWork) {
        if (maxWork < 1) {
            throw new IllegalArgumentException("maxWork is " + maxWork + "; it must be at least 1");
        }
        this.maxWork = maxWork;
    }

    @Override
    public Offer offer(Request<T> request, long nowNanos) {
        dropExpired(nowNanos);
        if (request.deadlineNanos() <= nowNanos) {
            return new Offer.Expired();
        }
        Waiting<T> waiting = new Waiting<>(request, this, requests++);
        long excess = waitingWork + runningWork + waiting.work() - maxWork;
        if (excess > 0 && waitingInputs > 0) {
            return new Offer.Full(excess, nanosToFinish(excess));
        }
        waitingInputs += waiting.waiting();
        waitingWork += waiting.work();
        lanes.computeIfAbsent(request.lane(), LaneQueue::new).add(waiting, turns++);
        return new Offer.Accepted(waiting);
    }

    @Override
    public Optional<Batch<T>> next(long nowNanos) {
        dropExpired(nowNanos);
        return lanes.values().stream()
                .filter(LaneQueue::mayRun)
                .reduce((a, b) -> b.comesBefore(a) ? b : a)
                .map(lane -> form(lane, nowNanos));
    }

    private Batch<T> form(LaneQueue<T> lane, long nowNanos) {
        Batch<T> batch = lane.take(nowNanos, () -> turns++);
        waitingInputs -= batch.inputs().size();
        waitingWork -= batch.work();
        runningBatches++;
        runningWork += batch.work();
        return batch;
    }

    @Override
    public boolean finished(Batch<T> batch, long nowNanos) {
        LaneQueue<T> lane = lanes.get(batch.lane());
        if (lane == null) {
            throw new IllegalArgumentException("the batch of " + batch.lane().name() + " is of another queue");
        }
        if (!batch.finish()) {
            return false;
        }
        double duration = (double) (nowNanos - batch.formedNanos());
        lane.finished(duration);
        if (batch.work() > 0) {
            nanosPerWork.add(duration / (double) batch.work());
        }
        runningBatches--;
        runningWork -= batch.work();
        return true;
    }

    @Override
    public int cancel(Ticket ticket) {
        if (!(ticket instanceof Waiting<?> waiting) || !waiting.isOf(this)) {
            throw new IllegalArgumentException("the ticket is of another queue");
        }
        return waiting.leave();
    }

    @Override
    public Backlog backlog() {
        return new Backlog(waitingInputs, waitingWork, runningWork);
    }

    @Override
    public long expiredInputs() {
        return expiredInputs;
    }

    private void dropExpired(long nowNanos) {
        for (LaneQueue<T> lane : lanes.values()) {
            for (Optional<Waiting<T>> late = lane.expired(nowNanos); late.isPresent(); late = lane.expired(nowNanos)) {
                expiredInputs += late.get().leave();
            }
        }
    }

    /** Drops what waits of a request, and says how many inputs that was. */
    int drop(Waiting<T> waiting) {
        int dropped = waiting.waiting();
        LaneQueue<T> lane = lanes.get(waiting.request().lane());
        if (lane != null) {
            lane.remove(waiting);
        }
        waitingInputs -= dropped;
        waitingWork -= waiting.work();
        return dropped;
    }

    private long nanosToFinish(long work) {
        return (long) Math.ceil((double) work * nanosPerWork.value() / Math.max(1, runningBatches));
    }
}
