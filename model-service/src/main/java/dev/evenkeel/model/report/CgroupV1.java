package dev.evenkeel.model.report;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Version 1: each controller is a tree of its own, and the paths in them are alike as a rule. */
record CgroupV1(KernelFiles files, List<Path> cpu, List<Path> cpuacct, List<Path> memory) implements Cgroup {

    @Override
    public OptionalDouble quotaCores() {
        return cpu.stream().mapToDouble(this::quota).filter(Double::isFinite).min();
    }

    @Override
    public OptionalDouble cpuSeconds() {
        // the group in the other tree that is as far up as the one with the quota
        int level = cpu.stream()
                .min(Comparator.comparingDouble(this::quota))
                .map(cpu::indexOf)
                .orElse(0);
        if (cpuacct.isEmpty()) {
            return OptionalDouble.empty();
        }
        OptionalDouble nanos =
                files.number(cpuacct.get(Math.min(level, cpuacct.size() - 1)).resolve("cpuacct.usage"));
        return nanos.isPresent() ? OptionalDouble.of(nanos.getAsDouble() / 1e9) : nanos;
    }

    @Override
    public OptionalDouble memoryLimit() {
        return memory.stream().mapToDouble(this::limit).min();
    }

    @Override
    public OptionalDouble memoryUsed() {
        Optional<Path> group = memory.stream().min(Comparator.comparingDouble(this::limit));
        if (group.isEmpty()) {
            return OptionalDouble.empty();
        }
        double reclaimable =
                files.table(group.get().resolve("memory.stat"), " ").getOrDefault("total_inactive_file", 0.0);
        OptionalDouble used = files.number(group.get().resolve("memory.usage_in_bytes"));
        return used.isPresent() ? OptionalDouble.of(Math.max(0, used.getAsDouble() - reclaimable)) : used;
    }

    private double quota(Path group) {
        double quota = files.number(group.resolve("cpu.cfs_quota_us")).orElse(-1);
        double period = files.number(group.resolve("cpu.cfs_period_us")).orElse(0);
        return quota > 0 && period > 0 ? quota / period : Double.POSITIVE_INFINITY;
    }

    private double limit(Path group) {
        return files.number(group.resolve("memory.limit_in_bytes")).orElse(Double.POSITIVE_INFINITY);
    }
}
