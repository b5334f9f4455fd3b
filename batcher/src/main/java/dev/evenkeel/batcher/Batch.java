package dev.evenkeel.batcher;

import java.util.List;

/** Inputs that are predicted together; the first one is the one that waited longest. */
public final class Batch<T> {

    private final Lane lane;
    private final List<Input<T>> inputs;
    private final long work;
    private final int longest;
    private boolean finished;

    Batch(Lane lane, List<Input<T>> inputs) {
        this.lane = lane;
        this.inputs = List.copyOf(inputs);
        this.work = inputs.stream().mapToLong(Input::work).sum();
        this.longest = inputs.stream().mapToInt(Input::tokens).max().orElse(0);
    }

    public Lane lane() {
        return lane;
    }

    public List<Input<T>> inputs() {
        return inputs;
    }

    /** The sum of its inputs' work units. */
    public long work() {
        return work;
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
