package dev.evenkeel.model.report;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Version 1: each controller is a tree of its own, and the paths in them are alike as a rule. */
record CgroupV1(KernelFiles files, List<Path> cpu, List<Path> cpuacct, List<Path> memoryGroups) implements Cgroup {

    @Override
    public Optional<Quota> quota() {
        return Limited.tightest(cpu, this::quotaCores).map(this::quota);
    }

    private Quota quota(Limited tightest) {
        Map<String, Double> stat =
                files.numbers(tightest.group().resolve("cpu.stat"), " ", "nr_throttled", "throttled_time");
        return new Quota(
                tightest.limit(),
                cpuSeconds(tightest.group()),
                new Throttling(
                        stat.getOrDefault("nr_throttled", Double.NaN),
                        stat.getOrDefault("throttled_time", Double.NaN) / 1e9,
                        tightest.limit(),
                        periodMicros(tightest.group()) / 1e6));
    }

    /** Of the same group in the other tree; where the trees differ nobody counted those who share the quota. */
    private OptionalDouble cpuSeconds(Path cpuGroup) {
        if (cpuacct.isEmpty()) {
            return OptionalDouble.empty();
        }
        Path group = cpuacct.getLast().resolve(cpu.getLast().relativize(cpuGroup));
        if (!cpuacct.contains(group)) {
            return OptionalDouble.empty();
        }
        OptionalDouble nanos = files.number(group.resolve("cpuacct.usage"));
        return nanos.isPresent() ? OptionalDouble.of(nanos.getAsDouble() / 1e9) : nanos;
    }

    private double quotaCores(Path group) {
        double quota = files.number(group.resolve("cpu.cfs_quota_us")).orElse(-1);
        double period = periodMicros(group);
        return quota > 0 && period > 0 ? quota / period : Double.POSITIVE_INFINITY;
    }

    private double periodMicros(Path group) {
        return files.number(group.resolve("cpu.cfs_period_us")).orElse(0);
    }

    @Override
    public Optional<Memory> memory() {
        return Limited.tightest(memoryGroups, this::memoryLimit)
                .map(group -> group.memory(files, "memory.usage_in_bytes", "total_inactive_file"));
    }

    private double memoryLimit(Path group) {
        return files.number(group.resolve("memory.limit_in_bytes")).orElse(Double.POSITIVE_INFINITY);
    }
}
