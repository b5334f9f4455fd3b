package dev.evenkeel.model.report;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Version 2: one tree. */
record CgroupV2(KernelFiles files, List<Path> groups) implements Cgroup {

    /** A group and the two words of its cpu.max, in microseconds. */
    private record CpuMax(Path group, double quota, double period) {

        double cores() {
            return quota / period;
        }
    }

    @Override
    public Optional<Quota> quota() {
        return groups.stream()
                .flatMap(group -> cpuMax(group).stream())
                .min(Comparator.comparingDouble(CpuMax::cores))
                .map(this::quota);
    }

    private Quota quota(CpuMax max) {
        Map<String, Double> stat =
                files.numbers(max.group.resolve("cpu.stat"), " ", "usage_usec", "nr_throttled", "throttled_usec");
        Double micros = stat.get("usage_usec");
        return new Quota(
                max.cores(),
                micros == null ? OptionalDouble.empty() : OptionalDouble.of(micros / 1e6),
                new Throttling(
                        stat.getOrDefault("nr_throttled", Double.NaN),
                        stat.getOrDefault("throttled_usec", Double.NaN) / 1e6,
                        max.cores(),
                        max.period / 1e6));
    }

    /** "quota period", or "max period", which is none. */
    private Optional<CpuMax> cpuMax(Path group) {
        List<String> lines = files.lines(group.resolve("cpu.max"));
        String[] words = lines.isEmpty() ? new String[0] : lines.getFirst().split(" ", -1);
        if (words.length != 2) {
            return Optional.empty();
        }
        CpuMax max = new CpuMax(
                group,
                KernelFiles.parse(words[0]).orElse(0),
                KernelFiles.parse(words[1]).orElse(0));
        return max.quota > 0 && max.period > 0 ? Optional.of(max) : Optional.empty();
    }

    @Override
    public Optional<Memory> memory() {
        return Limited.tightest(groups, this::memoryLimit)
                .map(group -> group.memory(files, "memory.current", "inactive_file"));
    }

    /** Above memory.high the kernel makes the group wait for memory to be taken back, so it is no place to be either. */
    private double memoryLimit(Path group) {
        return Math.min(bytes(group.resolve("memory.max")), bytes(group.resolve("memory.high")));
    }

    private double bytes(Path file) {
        return files.number(file).orElse(Double.POSITIVE_INFINITY);
    }
}
