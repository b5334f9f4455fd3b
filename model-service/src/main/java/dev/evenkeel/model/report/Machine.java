package dev.evenkeel.model.report;

/**
 * Counters of the machine and of the cgroup, read at one moment. CPU times count up, in seconds of one core.
 *
 * @param grantedCores cores that the process may use: the tightest quota above it, or the CPUs that it may run on
 * @param processCpu CPU time of this process
 * @param cgroupCpu CPU time of everyone in the cgroup that the quota is of, this process included
 * @param hostCores cores of the host
 * @param hostCpu CPU time of everyone on the host, stolen time included
 * @param memoryUtilization memory in use as a share of the limit, 0 to 1
 */
record Machine(
        double grantedCores,
        double processCpu,
        double cgroupCpu,
        double hostCores,
        double hostCpu,
        double memoryUtilization) {}
