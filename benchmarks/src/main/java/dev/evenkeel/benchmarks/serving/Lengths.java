package dev.evenkeel.benchmarks.serving;

import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;

/**
 * How long texts are.
 *
 * @param name in reports
 * @param even whether all are of one length, so that a batch has no padding
 * @param draw the tokens of one text
 */
record Lengths(String name, boolean even, ToIntFunction<RandomGenerator> draw) {

    private static final int MEDIAN = 16;
    private static final double SIGMA = 0.6;
    private static final int LEAST = 4;
    private static final int MOST = 128;

    static Lengths fixed(int tokens) {
        return new Lengths("fixed " + tokens, true, random -> tokens);
    }

    /** As search queries and short documents are: most are short, a few long. */
    static Lengths mixed() {
        return new Lengths(
                "mixed",
                false,
                random -> Math.clamp(Math.round(MEDIAN * Math.exp(SIGMA * random.nextGaussian())), LEAST, MOST));
    }
}
