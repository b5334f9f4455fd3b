package dev.evenkeel.model.report;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.DoubleSupplier;

/**
 * Reads {@code /proc} and the cgroup's files. A container without a cgroup file system of its own sees the host's
 * {@code /proc/stat}, which is what is wanted: neighbours are on the host.
 */
final class LinuxMachineReader implements MachineReader {

    /** USER_HZ: the unit of /proc/stat, the same on every Linux that Java runs on. */
    private static final double TICKS_PER_SECOND = 100;

    private final KernelFiles files;
    private final Cgroup cgroup;
    private final DoubleSupplier processors;
    private final DoubleSupplier processCpu;

    LinuxMachineReader(Path root, DoubleSupplier processors, DoubleSupplier processCpu) {
        this.files = new KernelFiles(root);
        this.cgroup = Cgroup.find(files);
        this.processors = processors;
        this.processCpu = processCpu;
    }

    @Override
    public Machine read() {
        double own = processCpu.getAsDouble();
        double available = processors.getAsDouble();
        OptionalDouble quota = cgroup.quotaCores();
        List<String> stat = files.lines(Path.of("proc/stat"));
        Map<String, Double> meminfo = files.table(Path.of("proc/meminfo"), ":");
        double hostMemory = meminfo.getOrDefault("MemTotal", 0.0) * 1024;
        double limit = cgroup.memoryLimit().orElse(Double.POSITIVE_INFINITY);
        // version 1 says "no limit" by a number larger than any memory
        boolean limited = limit < hostMemory || (hostMemory == 0 && Double.isFinite(limit));
        return new Machine(
                Math.min(quota.orElse(available), available),
                own,
                // without a quota there is nobody to share it with
                quota.isPresent() ? cgroup.cpuSeconds().orElse(own) : own,
                hostCores(stat).orElse(available),
                busySeconds(stat).orElse(own),
                cgroup.throttling(),
                limited ? cgroup.memoryUsed().orElse(0) : hostMemory - meminfo.getOrDefault("MemAvailable", 0.0) * 1024,
                limited ? limit : hostMemory);
    }

    private static OptionalDouble hostCores(List<String> stat) {
        long cores = stat.stream()
                .filter(line -> line.startsWith("cpu") && !line.startsWith("cpu "))
                .count();
        return cores > 0 ? OptionalDouble.of((double) cores) : OptionalDouble.empty();
    }

    /** user, nice, system, irq, softirq and steal: all but idle, iowait and the guests that user counts already. */
    private static OptionalDouble busySeconds(List<String> stat) {
        if (stat.isEmpty() || !stat.getFirst().startsWith("cpu ")) {
            return OptionalDouble.empty();
        }
        String[] columns = stat.getFirst().trim().split(" +", -1);
        double busy = 0;
        for (int column : new int[] {1, 2, 3, 6, 7, 8}) {
            busy += column < columns.length ? Double.parseDouble(columns[column]) : 0;
        }
        return OptionalDouble.of(busy / TICKS_PER_SECOND);
    }
}
