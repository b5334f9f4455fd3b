package dev.evenkeel.batcher;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * A request of which inputs wait. Identity is its equality.
 *
 * <p>Its inputs stand longest first, so that neighbours are alike. The longest is what goes worst with others; were it
 * not first it would be put off until the end. What is first starts a batch whenever the request's turn comes, so a
 * request of n inputs is served after n of its turns at the latest. And the short ones, which remain, end a request on
 * several workers evenly (longest processing time first, Graham 1969).
 */
final class Waiting<T> implements Ticket {

    private final Request<T> request;
    private final TurnQueue<T> queue;
    private final long sequence;
    private final List<Input<T>> inputs;
    private int next;
    private long work;
    private long turn;

    Waiting(Request<T> request, TurnQueue<T> queue, long sequence) {
        this.request = request;
        this.queue = queue;
        this.sequence = sequence;
        this.inputs = new ArrayList<>(request.inputs());
        this.inputs.sort(
                Comparator.comparingInt((Input<T> input) -> input.tokens()).reversed());
        this.work = inputs.stream().mapToLong(Input::work).sum();
    }

    Request<T> request() {
        return request;
    }

    boolean isOf(TurnQueue<?> other) {
        return queue == other;
    }

    /** The how manieth request of its queue it is. */
    long sequence() {
        return sequence;
    }

    long turn() {
        return turn;
    }

    void turn(long turn) {
        this.turn = turn;
    }

    boolean isEmpty() {
        return next == inputs.size();
    }

    int waiting() {
        return inputs.size() - next;
    }

    /** Work units of what waits. */
    long work() {
        return work;
    }

    /** The input that comes after {@code depth} others. */
    Input<T> peek(int depth) {
        return inputs.get(next + depth);
    }

    /** Takes that input; those before it keep their depth, those after it come one nearer. */
    void take(int depth) {
        Collections.rotate(inputs.subList(next, next + depth + 1), 1);
        work -= inputs.get(next).work();
        next++;
    }

    /** Takes what waits out of its queue, and says how many inputs that was. */
    int leave() {
        int left = queue.drop(this);
        work = 0;
        next = inputs.size();
        return left;
    }
}
