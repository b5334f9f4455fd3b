package dev.evenkeel.benchmarks.run;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Who goes when: shuffled anew for each pair of repeats, by a seed, and the other way round in the second of a pair. So
 * nobody is always early or always after the same one, and whoever is early once is late once.
 */
public final class Turns {

    private Turns() {}

    /**
     * The order of one repeat.
     *
     * @param seed the same one gives the same orders
     * @param repeat from 1
     */
    public static <T> List<T> of(List<T> all, long seed, int repeat) {
        List<T> order = new ArrayList<>(all);
        SplittableRandom random = new SplittableRandom(seed);
        for (int pair = 0; pair <= (repeat - 1) / 2; pair++) {
            Collections.shuffle(order, random.split());
        }
        return repeat % 2 == 0 ? order.reversed() : order;
    }
}
