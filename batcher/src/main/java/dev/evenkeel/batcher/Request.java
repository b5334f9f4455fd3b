package dev.evenkeel.batcher;

import java.util.List;

/**
 * Inputs that were sent together, to one model.
 *
 * @param lane their model's lane
 * @param inputs at least one
 * @param priority of all of them
 * @param deadlineNanos when an answer is of no more use, in nanoseconds from the origin of the queue's clock, at least 0;
 *     {@link #NO_DEADLINE} for none
 */
public record Request<T>(Lane lane, List<Input<T>> inputs, Priority priority, long deadlineNanos) {

    public static final long NO_DEADLINE = Long.MAX_VALUE;

    public Request {
        inputs = List.copyOf(inputs);
        if (inputs.isEmpty()) {
            throw new IllegalArgumentException("a request without inputs; at least 1");
        }
        if (deadlineNanos < 0) {
            throw new IllegalArgumentException("a request's deadline is " + deadlineNanos + " ns; at least 0");
        }
    }

    /** An interactive request without a deadline. */
    public static <T> Request<T> of(Lane lane, List<Input<T>> inputs) {
        return new Request<>(lane, inputs, Priority.INTERACTIVE, NO_DEADLINE);
    }
}
