package dev.evenkeel.benchmarks.sidebyside;

import dev.evenkeel.benchmarks.load.Trace;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * Load of a run: the arrivals that lead in, and those that count, which follow without a pause. All of it is in a row, so
 * that the simulator can be given the very same requests.
 *
 * @param rate requests a second
 * @param seed of arrivals and texts; whole, from 1, as it stands in a row
 */
record Stretch(double rate, int seed, Duration leadIn, Duration measured) {

    /** One of a row that tells it. */
    static Stretch of(Row row) {
        return new Stretch(
                row.get(Row.RATE),
                (int) row.get(Row.SEED),
                duration(row.get(Row.LEAD_IN)),
                duration(row.get(Row.MEASURED)));
    }

    /** Arrivals before it, of {@link #leadInSeed}. */
    Trace leadInTrace() {
        return Trace.poisson(new SplittableRandom(leadInSeed()), rate, leadIn);
    }

    Trace measuredTrace() {
        return Trace.poisson(new SplittableRandom(seed), rate, measured);
    }

    /** Of the lead-in's arrivals and texts. */
    long leadInSeed() {
        return seed + 1L;
    }

    private static Duration duration(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1_000));
    }
}
