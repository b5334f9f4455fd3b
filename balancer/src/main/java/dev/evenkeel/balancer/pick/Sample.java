package dev.evenkeel.balancer.pick;

import dev.evenkeel.balancer.endpoint.Endpoint;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Draws candidates without replacement, each with the same chance. */
final class Sample {

    /** Draws for each wanted before all are looked at instead: with half of the places empty one in 256 needs more. */
    private static final int DRAWS = 8;

    private Sample() {}

    /**
     * Fills the array with different candidates, in random order.
     *
     * @return how many there are: fewer than its length when there are fewer candidates
     */
    static int draw(Candidates candidates, RandomGenerator random, @Nullable Endpoint[] into) {
        int places = candidates.places();
        // close to all of them, most draws would find what was drawn before
        if (places > 2 * into.length) {
            int found = 0;
            for (int draw = 0; draw < DRAWS * into.length && found < into.length; draw++) {
                Endpoint drawn = candidates.at(random.nextInt(places));
                if (drawn != null && !contains(into, found, drawn)) {
                    into[found++] = drawn;
                }
            }
            if (found == into.length) {
                return found;
            }
        }
        return reservoir(candidates, random, into);
    }

    private static int reservoir(Candidates candidates, RandomGenerator random, @Nullable Endpoint[] into) {
        int seen = 0;
        for (int place = 0; place < candidates.places(); place++) {
            Endpoint candidate = candidates.at(place);
            if (candidate == null) {
                continue;
            }
            int slot = seen < into.length ? seen : random.nextInt(seen + 1);
            if (slot < into.length) {
                into[slot] = candidate;
            }
            seen++;
        }
        int found = Math.min(seen, into.length);
        shuffle(into, found, random);
        return found;
    }

    private static void shuffle(@Nullable Endpoint[] drawn, int count, RandomGenerator random) {
        for (int last = count - 1; last > 0; last--) {
            int other = random.nextInt(last + 1);
            Endpoint swapped = drawn[last];
            drawn[last] = drawn[other];
            drawn[other] = swapped;
        }
    }

    private static boolean contains(@Nullable Endpoint[] among, int count, Endpoint sought) {
        for (int i = 0; i < count; i++) {
            if (among[i] == sought) {
                return true;
            }
        }
        return false;
    }
}
