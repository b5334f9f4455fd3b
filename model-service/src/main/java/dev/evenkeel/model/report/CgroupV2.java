package dev.evenkeel.model.report;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Version 2: one tree. */
record CgroupV2(KernelFiles files, List<Path> groups) implements Cgroup {

    /** The words of cpu.max: "quota period" or "max period", in microseconds. */
    private record CpuMax(double quota, double period) {

        static final CpuMax NONE = new CpuMax(Double.POSITIVE_INFINITY, 1);

        double cores() {
            return quota / period;
        }
    }

    @Override
    public OptionalDouble quotaCores() {
        return groups.stream()
                .mapToDouble(group -> cpuMax(group).cores())
                .filter(Double::isFinite)
                .min();
    }

    @Override
    public OptionalDouble cpuSeconds() {
        Double micros = limited().map(this::cpuStat).orElse(Map.of()).get("usage_usec");
        return micros == null ? OptionalDouble.empty() : OptionalDouble.of(micros / 1e6);
    }

    @Override
    public Throttling throttling() {
        CpuMax max = limited().map(this::cpuMax).orElse(CpuMax.NONE);
        if (Double.isInfinite(max.cores())) {
            return Throttling.NONE;
        }
        Map<String, Double> stat = limited().map(this::cpuStat).orElse(Map.of());
        return new Throttling(
                stat.getOrDefault("nr_throttled", Double.NaN),
                stat.getOrDefault("throttled_usec", Double.NaN) / 1e6,
                max.cores(),
                max.period / 1e6);
    }

    @Override
    public OptionalDouble memoryLimit() {
        return groups.stream().mapToDouble(this::limit).filter(Double::isFinite).min();
    }

    @Override
    public OptionalDouble memoryUsed() {
        return Cgroup.memoryUsed(files, groups, this::limit, "memory.current", "inactive_file");
    }

    /** The group with the tightest quota. */
    private Optional<Path> limited() {
        return groups.stream()
                .min(Comparator.comparingDouble(group -> cpuMax(group).cores()));
    }

    private CpuMax cpuMax(Path group) {
        List<String> lines = files.lines(group.resolve("cpu.max"));
        String[] words = lines.isEmpty() ? new String[0] : lines.getFirst().split(" ", -1);
        if (words.length != 2) {
            return CpuMax.NONE;
        }
        double quota = KernelFiles.parse(words[0]).orElse(Double.POSITIVE_INFINITY);
        double period = KernelFiles.parse(words[1]).orElse(0);
        return period > 0 ? new CpuMax(quota, period) : CpuMax.NONE;
    }

    private Map<String, Double> cpuStat(Path group) {
        return files.table(group.resolve("cpu.stat"), " ");
    }

    /** Above memory.high the kernel makes the group wait for memory to be taken back, so it is no place to be either. */
    private double limit(Path group) {
        return Math.min(bytes(group.resolve("memory.max")), bytes(group.resolve("memory.high")));
    }

    private double bytes(Path file) {
        return files.number(file).orElse(Double.POSITIVE_INFINITY);
    }
}
