package dev.evenkeel.benchmarks.sidebyside;

import dev.evenkeel.benchmarks.fleet.Sentences;
import dev.evenkeel.benchmarks.load.Bodies;
import java.util.SplittableRandom;

/** What is sent in a run: sentences that are alike, or one long text among nine short ones. */
final class Texts implements Bodies {

    private static final double LONG_SHARE = 0.1;

    private final Sentences small;
    private final Sentences large;
    private final boolean mixed;
    private final long seed;

    /**
     * Texts of one run.
     *
     * @param seed of the trace: the same one gives texts of the same sizes at the same places
     * @param run tells runs of one trace apart, so that no cache answers
     */
    Texts(String model, boolean mixed, long seed, int run) {
        this.mixed = mixed;
        this.seed = seed;
        small = mixed ? new Sentences(model, seed, run, 5, 12) : new Sentences(model, seed, run, 15, 45);
        large = new Sentences(model, seed, run, 150, 220);
    }

    /** One of the short ones; where all are alike, all are. */
    boolean isSmall(int index) {
        return !mixed || new SplittableRandom(seed * 7_368_787 + index).nextDouble() >= LONG_SHARE;
    }

    /** Of the text at a place. */
    int words(int index) {
        return at(index).words(index);
    }

    @Override
    public byte[] body(int index) {
        return at(index).body(index);
    }

    private Sentences at(int index) {
        return isSmall(index) ? small : large;
    }
}
