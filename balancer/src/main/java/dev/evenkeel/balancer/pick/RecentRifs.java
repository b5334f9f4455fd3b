package dev.evenkeel.balancer.pick;

import java.util.Arrays;

/** The requests in flight (RIF) that the last probes told, and their quantiles. Immutable. */
final class RecentRifs {

    static final RecentRifs NONE = new RecentRifs(new int[0], new int[0]);

    /** The paper names no number. A quantile of 0.84 by 100 is right to sqrt(0.84 * 0.16 / 100), 4 percent of the fleet. */
    private static final int WINDOW = 100;

    private final int[] oldestFirst;
    private final int[] sorted;

    private RecentRifs(int[] oldestFirst, int[] sorted) {
        this.oldestFirst = oldestFirst;
        this.sorted = sorted;
    }

    RecentRifs with(int rif) {
        boolean full = oldestFirst.length == WINDOW;
        int[] kept = full ? without(sorted, Arrays.binarySearch(sorted, oldestFirst[0])) : sorted;
        int found = Arrays.binarySearch(kept, rif);
        return new RecentRifs(
                inserted(full ? without(oldestFirst, 0) : oldestFirst, Math.min(oldestFirst.length, WINDOW - 1), rif),
                inserted(kept, found < 0 ? -found - 1 : found, rif));
    }

    /** The least RIF that this share of them does not exceed; no limit at 1, or of none. */
    int quantile(double share) {
        if (share == 1 || sorted.length == 0) {
            return Integer.MAX_VALUE;
        }
        return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
    }

    private static int[] without(int[] from, int index) {
        int[] kept = new int[from.length - 1];
        System.arraycopy(from, 0, kept, 0, index);
        System.arraycopy(from, index + 1, kept, index, kept.length - index);
        return kept;
    }

    private static int[] inserted(int[] into, int index, int value) {
        int[] more = new int[into.length + 1];
        System.arraycopy(into, 0, more, 0, index);
        more[index] = value;
        System.arraycopy(into, index, more, index + 1, into.length - index);
        return more;
    }
}
