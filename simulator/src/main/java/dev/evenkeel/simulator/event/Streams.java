package dev.evenkeel.simulator.event;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * One stream of random numbers for each purpose, all of one seed: what one purpose draws does not shift what another one
 * gets, so every policy meets the same arrivals, sizes, neighbours and faults.
 *
 * @param seed of the run
 */
public record Streams(long seed) {

    /** A stream from its beginning: the same for the same seed and purpose. */
    public RandomGenerator of(String purpose) {
        return of(purpose, 0);
    }

    /** As {@link #of(String)}, for one of several that have the purpose. */
    public RandomGenerator of(String purpose, int index) {
        long mixed = new SplittableRandom(seed).nextLong() + 31L * purpose.hashCode() + index;
        return new SplittableRandom(new SplittableRandom(mixed).nextLong());
    }
}
