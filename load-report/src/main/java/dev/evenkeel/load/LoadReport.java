package dev.evenkeel.load;

/**
 * A node's load at one moment, as the node itself measured it.
 *
 * <p>A number that a node does not state is {@link Double#NaN}: a backend that is not Evenkeel's own may send nothing
 * but its CPU utilisation. Work is CPU time: one unit is a microsecond of one core.
 *
 * @param cpuUtilization CPU that the node uses itself, as a share of what it is granted; 0 is idle, 1 is all of it
 * @param memUtilization memory in use as a share of the node's limit, 0 to 1
 * @param rps requests that the node finished per second, lately
 * @param eps failed requests per second, lately
 * @param state readiness for work
 * @param coresFree cores that nobody else uses: the smaller of the quota less others in the cgroup, and the host's
 *     cores less others on the host
 * @param coresOthers cores that neighbours take from what the node is granted: the larger of what others in the cgroup
 *     of the quota use, and what others on the host use beyond the cores that the grant leaves them. What they use of
 *     cores that the node could not have anyway is not counted, so free and others together are the granted cores
 * @param throttled share of wall time, lately, in which the kernel held the cgroup back because its quota was used up,
 *     0 to 1
 * @param inFlight requests that are inside the node
 * @param queueWork work units inside the node: waiting and in prediction
 * @param workRate work units that the node finishes per second while it is busy; neighbours, quota and throttling
 *     lower it
 * @param p50Millis median of recent latencies inside the node at about the present load, in milliseconds
 * @param seq counts up with every report of one run of the node, so that an older report never replaces a newer one
 */
public record LoadReport(
        double cpuUtilization,
        double memUtilization,
        double rps,
        double eps,
        NodeState state,
        double coresFree,
        double coresOthers,
        double throttled,
        int inFlight,
        double queueWork,
        double workRate,
        double p50Millis,
        long seq) {

    /** No number may be above this: sums over a fleet stay exact in a double. */
    public static final double MAX_VALUE = 1e12;

    /** @throws IllegalArgumentException naming the component that is negative, infinite or too large */
    public LoadReport {
        requireRange("cpuUtilization", cpuUtilization, MAX_VALUE);
        requireRange("memUtilization", memUtilization, 1);
        requireRange("rps", rps, MAX_VALUE);
        requireRange("eps", eps, MAX_VALUE);
        requireRange("coresFree", coresFree, MAX_VALUE);
        requireRange("coresOthers", coresOthers, MAX_VALUE);
        requireRange("throttled", throttled, 1);
        requireRange("inFlight", inFlight, Integer.MAX_VALUE);
        requireRange("queueWork", queueWork, MAX_VALUE);
        requireRange("workRate", workRate, MAX_VALUE);
        requireRange("p50Millis", p50Millis, MAX_VALUE);
        requireRange("seq", (double) seq, (double) Long.MAX_VALUE);
    }

    private static void requireRange(String name, double value, double max) {
        if (value < 0 || value > max) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be from 0 to " + max);
        }
    }
}
