package dev.evenkeel.batcher;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * What waits in a lane, how many batches of it are handed out, and which of its inputs are the next batch.
 *
 * <p>A batch is built around its anchor: the first input by turn, so that nobody is passed over for ever. A request that
 * would miss its deadline by waiting for one batch more provides the anchor instead, though only every other time: under
 * a stream of short deadlines those who have none, or a long one, still get half of the batches, and a lane that is
 * overloaded does not spend itself on what is nearly lost.
 */
final class LaneQueue<T> {

    /** The like lengths are sought among this many batches' worth of inputs: a bound on the work for one batch. */
    private static final int BATCHES_LOOKED_AT = 8;

    /** A request that waits for one batch more is answered after two: that one and its own. */
    private static final int BATCHES_TO_AN_ANSWER = 2;

    private final Lane lane;
    private final WaitingList<T> interactive = new WaitingList<>();
    private final WaitingList<T> bulk = new WaitingList<>();
    private final RecentMean batchNanos = new RecentMean();
    private int running;
    private boolean turnWasDeferred;

    LaneQueue(Lane lane) {
        this.lane = lane;
    }

    Lane lane() {
        return lane;
    }

    /** Something waits, and the limit of batches is not reached. */
    boolean mayRun() {
        return running < lane.maxConcurrent() && !(interactive.isEmpty() && bulk.isEmpty());
    }

    /** Of two lanes that may run: by priority, then by who has waited for its turn the longest. */
    boolean comesBefore(LaneQueue<T> other) {
        boolean mine = interactive.isEmpty();
        boolean others = other.interactive.isEmpty();
        return mine == others
                ? foremost().first().turn() < other.foremost().first().turn()
                : others;
    }

    void add(Waiting<T> waiting, long turn) {
        list(waiting).add(waiting, turn);
    }

    void remove(Waiting<T> waiting) {
        list(waiting).remove(waiting);
    }

    /** A request whose deadline has passed. */
    Optional<Waiting<T>> expired(long nowNanos) {
        return interactive.dueBy(nowNanos).or(() -> bulk.dueBy(nowNanos));
    }

    /** Takes the next batch; the lane {@link #mayRun}. */
    Batch<T> take(long nowNanos, LongSupplier turns) {
        WaitingList<T> list = foremost();
        List<Candidate<T>> candidates = candidates(list);
        Candidate<T> anchor = anchor(list, candidates, nowNanos);
        List<Candidate<T>> chosen = Window.around(anchor, candidates, lane);
        remove(chosen, list, turns);
        List<Candidate<T>> batch = new ArrayList<>(chosen);
        if (interactive.isEmpty() && list == interactive) {
            List<Candidate<T>> fill = Window.beside(chosen, candidates(bulk), lane);
            remove(fill, bulk, turns);
            batch.addAll(fill);
        }
        running++;
        return new Batch<>(lane, batch.stream().map(Candidate::input).toList(), nowNanos);
    }

    void finished(double durationNanos) {
        running--;
        batchNanos.add(durationNanos);
    }

    private List<Candidate<T>> candidates(WaitingList<T> list) {
        int limit = (int) Math.min(Integer.MAX_VALUE, (long) BATCHES_LOOKED_AT * lane.maxInputs());
        return Candidate.inTurn(list.inTurn(), limit);
    }

    /** The input that the batch is built around; one that is due but stands behind the candidates is made one of them. */
    private Candidate<T> anchor(WaitingList<T> list, List<Candidate<T>> candidates, long nowNanos) {
        Candidate<T> first = candidates.getFirst();
        // strictly less than two batches away: with nothing learned yet nobody is due
        long due = nowNanos + (long) Math.ceil(BATCHES_TO_AN_ANSWER * batchNanos.value()) - 1;
        Optional<Waiting<T>> urgent = turnWasDeferred ? Optional.empty() : list.dueBy(due);
        turnWasDeferred = urgent.isPresent() && urgent.get() != first.waiting();
        if (!turnWasDeferred) {
            return first;
        }
        Waiting<T> waiting = urgent.orElseThrow();
        for (Candidate<T> candidate : candidates) {
            if (candidate.waiting() == waiting) {
                return candidate;
            }
        }
        Candidate<T> late = Candidate.of(waiting, 0, candidates.size());
        candidates.add(late);
        return late;
    }

    private void remove(List<Candidate<T>> chosen, WaitingList<T> list, LongSupplier turns) {
        for (Candidate<T> candidate : chosen.reversed()) {
            candidate.waiting().take(candidate.depth());
        }
        for (Candidate<T> candidate : chosen) {
            list.hadItsTurn(candidate.waiting(), turns.getAsLong());
        }
    }

    private WaitingList<T> foremost() {
        return interactive.isEmpty() ? bulk : interactive;
    }

    private WaitingList<T> list(Waiting<T> waiting) {
        return switch (waiting.request().priority()) {
            case INTERACTIVE -> interactive;
            case BULK -> bulk;
        };
    }
}
