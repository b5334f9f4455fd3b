package dev.evenkeel.batcher;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Round robin over requests. Each lane keeps its waiting requests in the order of their turns; whoever gave an input goes
 * to the back. Over lanes, the one whose first request has waited for its turn the longest is next.
 *
 * <p>An input that does not fit the token budget of a batch is passed over and keeps its place, so it comes to the front
 * of its lane, where it starts the next batch: whatever comes first always fits.
 */
final class TurnQueue<T> implements BatchQueue<T> {

    private final long maxWork;
    private final Map<Lane, LinkedHashSet<Waiting<T>>> lanes = new LinkedHashMap<>();

    private long turns;
    private int waitingInputs;
    private long waitingWork;
    private long runningWork;

    TurnQueue(long maxWork) {
        if (maxWork < 1) {
            throw new IllegalArgumentException("maxWork is " + maxWork + "; it must be at least 1");
        }
        this.maxWork = maxWork;
    }

    @Override
    public Offer offer(Lane lane, List<Input<T>> inputs) {
        if (inputs.isEmpty()) {
            throw new IllegalArgumentException("a request without inputs");
        }
        Waiting<T> request = new Waiting<>(lane, inputs);
        long excess = waitingWork + runningWork + request.work - maxWork;
        if (excess > 0 && waitingInputs > 0) {
            return new Offer.Full(excess);
        }
        waitingInputs += inputs.size();
        waitingWork += request.work;
        toTheBack(request);
        return new Offer.Accepted(request);
    }

    @Override
    public Optional<Batch<T>> next() {
        return lanes.values().stream()
                .map(LinkedHashSet::getFirst)
                .min(Comparator.comparingLong(first -> first.turn))
                .map(first -> form(first.lane));
    }

    @Override
    public void finished(Batch<T> batch) {
        if (!batch.finish()) {
            throw new IllegalStateException("a batch of " + batch.lane().name() + " was finished twice");
        }
        runningWork -= batch.work();
    }

    @Override
    public int cancel(Ticket ticket) {
        if (!(ticket instanceof Waiting<?> request) || request.isEmpty()) {
            return 0;
        }
        LinkedHashSet<Waiting<T>> lane = lanes.get(request.lane);
        if (lane == null || !lane.remove(request)) {
            throw new IllegalArgumentException("the ticket is of another queue");
        }
        if (lane.isEmpty()) {
            lanes.remove(request.lane);
        }
        int cancelled = request.waiting();
        waitingInputs -= cancelled;
        waitingWork -= request.clear();
        return cancelled;
    }

    @Override
    public Backlog backlog() {
        return new Backlog(waitingInputs, waitingWork, runningWork);
    }

    private Batch<T> form(Lane lane) {
        List<Input<T>> taken = new ArrayList<>(lane.maxInputs());
        while (taken.size() < lane.maxInputs() && oneRound(lane, taken)) {
            // a batch that still has room goes around again
        }
        Batch<T> batch = new Batch<>(lane, taken);
        waitingInputs -= taken.size();
        waitingWork -= batch.work();
        runningWork += batch.work();
        return batch;
    }

    /** Takes an input of each request that waits in the lane, while they fit; false when it took none. */
    private boolean oneRound(Lane lane, List<Input<T>> taken) {
        LinkedHashSet<Waiting<T>> waiting = lanes.get(lane);
        if (waiting == null) {
            return false;
        }
        List<Waiting<T>> served = new ArrayList<>();
        Iterator<Waiting<T>> turns = waiting.iterator();
        while (turns.hasNext() && taken.size() < lane.maxInputs()) {
            Waiting<T> request = turns.next();
            if (fits(lane, taken, request.first())) {
                taken.add(request.take());
                served.add(request);
                turns.remove();
            }
        }
        if (waiting.isEmpty()) {
            lanes.remove(lane);
        }
        served.stream().filter(request -> !request.isEmpty()).forEach(this::toTheBack);
        return !served.isEmpty();
    }

    private static <T> boolean fits(Lane lane, List<Input<T>> taken, Input<T> next) {
        int longest = next.tokens();
        for (Input<T> input : taken) {
            longest = Math.max(longest, input.tokens());
        }
        return taken.isEmpty() || (long) longest * (taken.size() + 1) <= lane.maxTokens();
    }

    private void toTheBack(Waiting<T> request) {
        request.turn = turns++;
        lanes.computeIfAbsent(request.lane, lane -> new LinkedHashSet<>()).add(request);
    }

    /** A request of which inputs wait. Identity is its equality. */
    private static final class Waiting<T> implements Ticket {

        private final Lane lane;
        private final List<Input<T>> inputs;
        private int next;
        private long work;
        private long turn;

        Waiting(Lane lane, List<Input<T>> inputs) {
            this.lane = lane;
            this.inputs = List.copyOf(inputs);
            this.work = inputs.stream().mapToLong(Input::work).sum();
        }

        boolean isEmpty() {
            return next == inputs.size();
        }

        int waiting() {
            return inputs.size() - next;
        }

        Input<T> first() {
            return inputs.get(next);
        }

        Input<T> take() {
            Input<T> input = inputs.get(next++);
            work -= input.work();
            return input;
        }

        /** Drops what waits, and answers its work. */
        long clear() {
            long dropped = work;
            work = 0;
            next = inputs.size();
            return dropped;
        }
    }
}
