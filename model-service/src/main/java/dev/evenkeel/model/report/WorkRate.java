package dev.evenkeel.model.report;

/**
 * Work units that the node finishes per second of wall time while it is busy: each worker's work over the time that it was
 * busy with it, times the workers. A neighbour or a quota stretches the time, and lowers it.
 *
 * <p>It is a ratio of two sums, not a mean of ratios: under a quota the kernel stops the process for tens of milliseconds
 * at a time, which hits few batches hard and most not at all. The sums fade with busy time, not with wall time: an idle
 * node keeps what it knew, and one odd batch after a pause weighs no more than its own length.
 */
public final class WorkRate {

    /**
     * Busy seconds of one worker after which a batch weighs 1/e. Under load n workers gather n busy seconds a second; a
     * change of quota is then seen to 1 - exp(-2 n / (n * 0.6)) = 96 % after two seconds, whatever n is.
     */
    private static final double MEMORY_SECONDS = 0.6;

    /** What the first guess weighs: a tenth of the memory, so that what is measured soon replaces it. */
    private static final double SEED_WEIGHT = 0.1;

    private final int workers;
    private double work;
    private double seconds;
    private volatile double perSecond;

    /**
     * Until something is known each worker is taken to have a core.
     *
     * @param workers threads that predict, at least 1
     */
    public WorkRate(int workers) {
        this.workers = workers;
        restart(workers * 1e6);
    }

    /** Forgets what was measured for a first guess of the node's rate, in work units per second. */
    public final synchronized void restart(double guess) {
        perSecond = guess;
        seconds = SEED_WEIGHT * MEMORY_SECONDS * workers;
        work = seconds * guess / workers;
    }

    /** The whole node's work units per second. */
    public double perSecond() {
        return perSecond;
    }

    /**
     * A worker finished a batch.
     *
     * @param workUnits what the batch weighed
     * @param busyNanos wall time that the worker was busy with it
     */
    public synchronized void observe(long workUnits, long busyNanos) {
        double busy = Math.max(busyNanos, 1) / 1e9;
        double fade = Math.exp(-busy / (MEMORY_SECONDS * workers));
        work = work * fade + workUnits;
        seconds = seconds * fade + busy;
        perSecond = work / seconds * workers;
    }
}
