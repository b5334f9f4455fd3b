package dev.evenkeel.model.report;

/**
 * Turns two readings of the {@link Machine} into shares and smooths them: a reading covers a fifth of a second, in which
 * the CPU of a node comes and goes with single batches. Single owner: the sampling thread.
 */
final class MachineSampler {

    /** Seconds after which a reading weighs 1/e: the report follows a neighbour within a second or so. */
    private static final double MEMORY_SECONDS = 0.5;

    /**
     * @param ownCores cores that this process uses
     * @param ownCoresNow those that it used since the reading before, not smoothed
     * @param grantedCores cores that the node may use
     * @param coresFree cores that nobody else uses
     * @param coresOthers cores that neighbours take of the granted ones
     * @param throttled share of wall time in which the cgroup was held back; NaN when not known
     * @param memoryUsed bytes
     * @param memoryLimit bytes
     * @param memoryUtilization share of the limit
     */
    record Usage(
            double ownCores,
            double ownCoresNow,
            double grantedCores,
            double coresFree,
            double coresOthers,
            double throttled,
            double memoryUsed,
            double memoryLimit,
            double memoryUtilization) {

        double cpuUtilization() {
            return ownCores / grantedCores;
        }
    }

    private final MachineReader reader;
    private Machine last;
    private long lastNanos;
    private Usage usage;

    MachineSampler(MachineReader reader, long nowNanos) {
        this.reader = reader;
        this.last = reader.read();
        this.lastNanos = nowNanos;
        this.usage = usage(last, 0, 0, last.grantedCores(), 0, Double.NaN);
    }

    Usage sample(long nowNanos) {
        double seconds = (nowNanos - lastNanos) / 1e9;
        if (seconds <= 0) {
            return usage;
        }
        Machine now = reader.read();
        double own = rate(last.processCpu(), now.processCpu(), seconds);
        double inCgroup = Math.max(0, rate(last.cgroupCpu(), now.cgroupCpu(), seconds) - own);
        double onHost = Math.max(0, rate(last.hostCpu(), now.hostCpu(), seconds) - own);
        // neighbours on the host take first what this node could not have anyway
        double beyondGrant = now.hostCores() - now.grantedCores();
        double others = Math.clamp(Math.max(inCgroup, onHost - beyondGrant), 0, now.grantedCores());
        double throttled = now.throttling().shareSince(last.throttling(), seconds);
        double weight = 1 - Math.exp(-seconds / MEMORY_SECONDS);
        usage = usage(
                now,
                mix(usage.ownCores, own, weight),
                own,
                mix(usage.coresFree, now.grantedCores() - others, weight),
                mix(usage.coresOthers, others, weight),
                mix(usage.throttled, throttled, weight));
        last = now;
        lastNanos = nowNanos;
        return usage;
    }

    private static Usage usage(
            Machine machine, double own, double ownNow, double free, double others, double throttled) {
        return new Usage(
                own,
                ownNow,
                machine.grantedCores(),
                free,
                others,
                throttled,
                machine.memoryUsed(),
                machine.memoryLimit(),
                machine.memoryUtilization());
    }

    private static double rate(double from, double to, double seconds) {
        return Math.max(0, to - from) / seconds;
    }

    /** What was not known before begins with what is found. */
    private static double mix(double old, double fresh, double weight) {
        return Double.isNaN(old) ? fresh : old + (fresh - old) * weight;
    }
}
