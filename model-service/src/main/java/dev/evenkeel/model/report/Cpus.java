package dev.evenkeel.model.report;

import java.nio.file.Path;

/** How many threads that compute the machine has room for. */
public final class Cpus {

    /** A quota of three cores that is written as 299999 of 100000 us is meant as three. */
    private static final double ROUNDING = 1e-4;

    private Cpus() {}

    /**
     * Whole CPUs that the cgroup grants: the tightest quota above this process, rounded down, but at least 1 and never more
     * than the CPUs that it may run on. {@link Runtime#availableProcessors()} rounds a quota of 1.5 up to 2, and two
     * threads that compute under it are both stopped for a quarter of every period.
     *
     * @param available CPUs that the process may run on, as {@link Runtime#availableProcessors()} says
     */
    public static int granted(int available) {
        return granted(Path.of("/"), available);
    }

    static int granted(Path root, int available) {
        double quota = Cgroup.find(new KernelFiles(root))
                .quota()
                .map(Cgroup.Quota::cores)
                .orElse((double) available);
        return (int) Math.max(1, Math.min(available, Math.floor(quota + ROUNDING)));
    }
}
