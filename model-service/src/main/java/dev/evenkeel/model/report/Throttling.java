package dev.evenkeel.model.report;

/**
 * How long the kernel has held a cgroup back because its quota was used up. The counters count up; NaN where the kernel
 * does not tell.
 *
 * @param periods periods of the quota in which it was used up
 * @param seconds time held back, added up over the CPUs: two that wait for the same period to end count twice
 * @param quotaCores cores of the quota
 * @param periodSeconds length of a period, above 0
 */
record Throttling(double periods, double seconds, double quotaCores, double periodSeconds) {

    /** Without a quota nothing is ever held back. */
    static final Throttling NONE = new Throttling(0, 0, Double.POSITIVE_INFINITY, 1);

    /**
     * The share of wall time since an earlier reading in which the cgroup was held back, 0 to 1; NaN when not known.
     *
     * <p>The kernel adds up over CPUs, so what it counts is divided by the CPUs that were at work. They follow from the
     * counters: n CPUs use a quota of q cores up after q/n of a period and then wait, so a period of length 1 counts
     * {@code n * (1 - q/n) = n - q}; hence n is what a throttled period counted, in periods, plus q.
     */
    double shareSince(Throttling earlier, double wallSeconds) {
        double heldBack = Math.max(0, seconds - earlier.seconds);
        // a quota that was not there before: what its group has counted is of another time
        if (heldBack == 0 || Double.isInfinite(earlier.quotaCores)) {
            return 0;
        }
        // a period that is not over has its time counted by some CPUs and itself not yet
        double throttledPeriods = Math.max(1, periods - earlier.periods);
        double cpus = Math.max(1, heldBack / throttledPeriods / periodSeconds + quotaCores);
        return Math.min(1, heldBack / cpus / wallSeconds);
    }
}
