package dev.evenkeel.model.report;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** Version 2: one tree. */
record CgroupV2(KernelFiles files, List<Path> groups) implements Cgroup {

    @Override
    public OptionalDouble quotaCores() {
        return groups.stream().mapToDouble(this::quota).filter(Double::isFinite).min();
    }

    @Override
    public OptionalDouble cpuSeconds() {
        Map<String, Double> stat = groups.stream()
                .min(Comparator.comparingDouble(this::quota))
                .map(group -> files.table(group.resolve("cpu.stat"), " "))
                .orElse(Map.of());
        Double micros = stat.get("usage_usec");
        return micros == null ? OptionalDouble.empty() : OptionalDouble.of(micros / 1e6);
    }

    @Override
    public OptionalDouble memoryLimit() {
        return groups.stream().mapToDouble(this::limit).filter(Double::isFinite).min();
    }

    @Override
    public OptionalDouble memoryUsed() {
        return Cgroup.memoryUsed(files, groups, this::limit, "memory.current", "inactive_file");
    }

    /** "quota period", or "max period". */
    private double quota(Path group) {
        List<String> lines = files.lines(group.resolve("cpu.max"));
        String[] words = lines.isEmpty() ? new String[0] : lines.getFirst().split(" ", -1);
        if (words.length != 2) {
            return Double.POSITIVE_INFINITY;
        }
        double quota = KernelFiles.parse(words[0]).orElse(Double.POSITIVE_INFINITY);
        double period = KernelFiles.parse(words[1]).orElse(0);
        return period > 0 ? quota / period : Double.POSITIVE_INFINITY;
    }

    private double limit(Path group) {
        return files.number(group.resolve("memory.max")).orElse(Double.POSITIVE_INFINITY);
    }
}
