package dev.evenkeel.batcher;

/**
 * One input of a request: the smallest thing that waits, and is predicted, by itself.
 *
 * @param payload what the worker needs to predict it and to answer
 * @param tokens its length, at least 0
 * @param work what it is expected to cost in work units (microseconds of CPU), at least 0. A whole number, so that what
 *     is added and taken away sums to zero exactly
 */
public record Input<T>(T payload, int tokens, long work) {

    public Input {
        if (tokens < 0 || work < 0) {
            throw new IllegalArgumentException("an input of " + tokens + " tokens and " + work + " work units");
        }
    }
}
