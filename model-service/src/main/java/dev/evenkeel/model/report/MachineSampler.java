package dev.evenkeel.model.report;

/**
 * Turns two readings of the {@link Machine} into shares and smooths them: a reading covers a fifth of a second, in which
 * the CPU of a node comes and goes with single batches. Single owner: the sampling thread.
 */
final class MachineSampler {

    /** Seconds after which a reading weighs 1/e: the report follows a neighbour within a second or so. */
    private static final double MEMORY_SECONDS = 0.5;

    /**
     * @param cpuUtilization own CPU as a share of the granted
     * @param grantedCores cores that the node may use
     * @param coresFree cores that nobody else uses
     * @param memoryUtilization share of the limit
     */
    record Usage(double cpuUtilization, double grantedCores, double coresFree, double memoryUtilization) {}

    private final MachineReader reader;
    private Machine last;
    private long lastNanos;
    private Usage usage;

    MachineSampler(MachineReader reader, long nowNanos) {
        this.reader = reader;
        this.last = reader.read();
        this.lastNanos = nowNanos;
        this.usage = new Usage(0, last.grantedCores(), last.grantedCores(), last.memoryUtilization());
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
        double free = Math.max(0, Math.min(now.grantedCores() - inCgroup, now.hostCores() - onHost));
        double weight = 1 - Math.exp(-seconds / MEMORY_SECONDS);
        usage = new Usage(
                mix(usage.cpuUtilization, own / now.grantedCores(), weight),
                now.grantedCores(),
                mix(usage.coresFree, free, weight),
                now.memoryUtilization());
        last = now;
        lastNanos = nowNanos;
        return usage;
    }

    private static double rate(double from, double to, double seconds) {
        return Math.max(0, to - from) / seconds;
    }

    private static double mix(double old, double fresh, double weight) {
        return old + (fresh - old) * weight;
    }
}
