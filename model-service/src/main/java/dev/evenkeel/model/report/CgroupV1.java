package dev.evenkeel.model.report;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
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
        Optional<Path> limited = cpu.stream().min(Comparator.comparingDouble(this::quota));
        if (limited.isEmpty() || cpuacct.isEmpty()) {
            return OptionalDouble.empty();
        }
        // the same group in the other tree; where the trees differ nobody counted those who share the quota
        Path group = cpuacct.getLast().resolve(cpu.getLast().relativize(limited.get()));
        if (!cpuacct.contains(group)) {
            return OptionalDouble.empty();
        }
        OptionalDouble nanos = files.number(group.resolve("cpuacct.usage"));
        return nanos.isPresent() ? OptionalDouble.of(nanos.getAsDouble() / 1e9) : nanos;
    }

    @Override
    public Throttling throttling() {
        Optional<Path> limited = cpu.stream().min(Comparator.comparingDouble(this::quota));
        if (limited.isEmpty() || Double.isInfinite(quota(limited.get()))) {
            return Throttling.NONE;
        }
        Map<String, Double> stat = files.table(limited.get().resolve("cpu.stat"), " ");
        return new Throttling(
                stat.getOrDefault("nr_throttled", Double.NaN),
                stat.getOrDefault("throttled_time", Double.NaN) / 1e9,
                quota(limited.get()),
                period(limited.get()) / 1e6);
    }

    @Override
    public OptionalDouble memoryLimit() {
        return memory.stream().mapToDouble(this::limit).min();
    }

    @Override
    public OptionalDouble memoryUsed() {
        return Cgroup.memoryUsed(files, memory, this::limit, "memory.usage_in_bytes", "total_inactive_file");
    }

    private double quota(Path group) {
        double quota = files.number(group.resolve("cpu.cfs_quota_us")).orElse(-1);
        double period = period(group);
        return quota > 0 && period > 0 ? quota / period : Double.POSITIVE_INFINITY;
    }

    private double period(Path group) {
        return files.number(group.resolve("cpu.cfs_period_us")).orElse(0);
    }

    private double limit(Path group) {
        return files.number(group.resolve("memory.limit_in_bytes")).orElse(Double.POSITIVE_INFINITY);
    }
}
