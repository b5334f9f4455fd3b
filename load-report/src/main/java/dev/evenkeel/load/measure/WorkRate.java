package dev.evenkeel.load.measure;

/**
 * Work units that the node finishes per second of wall time while it is busy: each worker's work over the time that it was
 * busy with it, times the workers. A neighbour or a quota stretches the time, and lowers it.
 *
 * <p>It is a ratio of two sums, not a mean of ratios: under a quota the kernel stops the process for tens of milliseconds
 * at a time, which hits few batches hard and most not at all. The sums fade with busy time, not with wall time: one odd
 * batch after a pause weighs no more than its own length. They fade within a batch too, as if it had done its work evenly:
 * a batch that the kernel stopped would count in full otherwise when it is told, and what was before it only what is left.
 *
 * <p>A node that is idle measures nothing, and one that was slow once would not be sent anything that could show better.
 * So while it is idle the rate drifts to what the machine's state suggests ({@link #sampled}).
 */
public final class WorkRate {

    /**
     * Busy seconds of one worker after which what it did weighs 1/e. Under load n workers gather n busy seconds a second, so
     * a neighbour that comes or goes is seen to 1 - exp(-0.5 n / (n * 0.15)) = 96 % after half a second, whatever n is. A
     * gateway sends by what is seen, so less would be better still, were it not for quotas: with half of the CPU the kernel
     * stops everybody for 50 of every 100 ms, and the rate swings between 1 / (1 + exp(-50 / 150)) = 0.58 and 0.42 of the
     * full one. At half the memory it would be 0.66 and 0.34.
     */
    private static final double MEMORY_SECONDS = 0.15;

    /** Idle seconds after which what was measured weighs 1/e against what the machine would allow. */
    private static final double IDLE_MEMORY_SECONDS = 5;

    /**
     * A batch that took longer than this, and so many times longer than it should have, says that the process stood still,
     * stopped or paused or swapped out, and not how fast it is. A quota stops it for less. Counted, it would make the node look
     * a thousand times slower to all gateways: it would be sent nothing, and have nothing to show that it is not.
     */
    private static final double PAUSE_SECONDS = 0.5;

    private static final double PAUSE_TIMES = 20;

    /** What of the granted CPU is left for predictions at the least, however much the process needs for the rest. */
    private static final double LEAST_LEFT = 0.1;

    /** CPU seconds of the process after which the work that they did weighs 1/e: two seconds at a full quota of a fifth of a core. */
    private static final double CPU_MEMORY_SECONDS = 0.5;

    /** Work units that a second of CPU does of requests that come one by one; in batches it does more. */
    private static final double PER_CPU_SECOND = 1e6;

    /** What the first guess weighs: a tenth of the memory, so that what is measured soon replaces it. */
    private static final double SEED_WEIGHT = 0.1;

    private final int workers;
    private double work;
    private double seconds;
    private boolean observed;
    private int pauses;
    private long workSinceLook;
    private double cpuWork;
    private double cpuSeconds;
    private volatile double perSecond;
    private volatile double bound = Double.POSITIVE_INFINITY;

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

    /** The whole node's work units per second; never more than the granted CPU can do. */
    public double perSecond() {
        return Math.min(perSecond, bound);
    }

    /**
     * The machine was looked at. A quota bounds the rate, which short bursts within a period of the quota do not show: by what
     * a second of CPU has done lately, or by what it does of requests that come one by one where that is more.
     * A node that was idle since the last look drifts to the mean of the cores that it is granted and those of them that
     * are free (what is not free is shared, not lost), less what it needed itself without predicting anything: of a small
     * grant the polls, the collector and the rest of the process are a large part.
     *
     * @param grantedCores cores that the node may use, above 0
     * @param freeCores cores that nobody else uses
     * @param ownCores cores that the node used itself since the last look, for predictions and all the rest
     * @param secondsSince time since the last look
     * @param empty there is no work inside now
     */
    public synchronized void sampled(
            double grantedCores, double freeCores, double ownCores, double secondsSince, boolean empty) {
        bound = grantedCores * Math.max(PER_CPU_SECOND, perCpuSecond(ownCores * secondsSince));
        if (empty && !observed) {
            double shared = (grantedCores + Math.min(grantedCores, freeCores)) / 2;
            double cores = Math.max(LEAST_LEFT * grantedCores, shared - ownCores);
            double hint = Math.min(workers, cores) * PER_CPU_SECOND;
            restart(hint + (perSecond - hint) * Math.exp(-secondsSince / IDLE_MEMORY_SECONDS));
        }
        observed = false;
    }

    /** Work units that a second of the process' CPU did lately; 0 when that is not known. */
    private double perCpuSecond(double spent) {
        long done = workSinceLook;
        workSinceLook = 0;
        if (spent > 0) {
            double fade = Math.exp(-spent / CPU_MEMORY_SECONDS);
            cpuWork = cpuWork * fade + done;
            cpuSeconds = cpuSeconds * fade + spent;
        }
        return cpuSeconds > 0 ? cpuWork / cpuSeconds : 0;
    }

    /**
     * A worker finished a batch.
     *
     * @param workUnits what the batch weighed
     * @param busyNanos wall time that the worker was busy with it
     */
    public synchronized void observe(long workUnits, long busyNanos) {
        observed = true;
        workSinceLook += workUnits;
        double busy = Math.max(busyNanos, 1) / 1e9;
        if (isPause(workUnits, busy)) {
            return;
        }
        double memory = MEMORY_SECONDS * workers;
        double fade = Math.exp(-busy / memory);
        double left = memory * (1 - fade);
        work = work * fade + workUnits / busy * left;
        seconds = seconds * fade + left;
        perSecond = work / seconds * workers;
    }

    /** One for each worker: they all stand still together. More than that is a node that has become as slow. */
    private boolean isPause(long workUnits, double busy) {
        boolean odd = busy > PAUSE_SECONDS && busy > PAUSE_TIMES * workUnits / perSecond * workers;
        pauses = odd ? pauses + 1 : 0;
        return odd && pauses <= workers;
    }
}
