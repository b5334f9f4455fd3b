package dev.evenkeel.batcher;

import java.util.List;

/** Inputs that are predicted together, in the order of their turns; bulk inputs that fill free places come last. */
public final class Batch<T> {

    private final Lane lane;
    private final List<Input<T>> inputs;
    private final long formedNanos;
    private final long work;
    private final long realTokens;
    private final int longest;
    private boolean finished;

    Batch(Lane lane, List<Input<T>> inputs, long formedNanos) {
        this.lane = lane;
        this.inputs = List.copyOf(inputs);
        this.formedNanos = formedNanos;
        this.work = inputs.stream().mapToLong(Input::work).sum();
        this.realTokens = inputs.stream().mapToLong(Input::tokens).sum();
        this.longest = inputs.stream().mapToInt(Input::tokens).max().orElse(0);
    }

    public Lane lane() {
        return lane;
    }

    public List<Input<T>> inputs() {
        return inputs;
    }

    /** When it was handed out, by the queue's clock. */
    public long formedNanos() {
        return formedNanos;
    }

    /** The sum of its inputs' work units. */
    public long work() {
        return work;
    }

    /** The sum of its inputs' tokens. */
    public long realTokens() {
        return realTokens;
    }

    /** Tokens with padding: what the model really computes. */
    public long paddedTokens() {
        return (long) longest * inputs.size();
    }

    /** True the first time only. */
    boolean finish() {
        boolean first = !finished;
        finished = true;
        return first;
    }
}
