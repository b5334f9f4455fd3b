package dev.evenkeel.model.report;

/**
 * Counters of the machine and of the cgroup, read at one moment. CPU times count up, in seconds of one core.
 *
 * @param grantedCores cores that the process may use: the tightest quota above it, or the CPUs that it may run on
 * @param processCpu CPU time of this process
 * @param cgroupCpu CPU time of everyone in the cgroup that the quota is of, this process included
 * @param hostCores cores of the host
 * @param hostCpu CPU time of everyone on the host, stolen time included
 * @param throttling of the cgroup that the quota is of
 * @param memoryUsed bytes in use under the limit
 * @param memoryLimit bytes that may be in use: the tightest limit above the process, or the host's memory; 0 where it is
 *     not known
 */
record Machine(
        double grantedCores,
        double processCpu,
        double cgroupCpu,
        double hostCores,
        double hostCpu,
        Throttling throttling,
        double memoryUsed,
        double memoryLimit) {

    /** Memory in use as a share of the limit, 0 to 1; 0 where there is nothing known. */
    double memoryUtilization() {
        return memoryLimit > 0 ? Math.clamp(memoryUsed / memoryLimit, 0, 1) : 0;
    }
}
