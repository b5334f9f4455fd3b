package dev.evenkeel.model.report;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    private final DoubleSupplier processors;
    private final DoubleSupplier processCpu;

    /** The groups that the process is in, as the kernel lists them: it may be moved while it runs. */
    private List<String> membership;

    private Cgroup cgroup;

    LinuxMachineReader(Path root, DoubleSupplier processors, DoubleSupplier processCpu) {
        this.files = new KernelFiles(root);
        this.membership = files.lines(Cgroup.MEMBERSHIP);
        this.cgroup = Cgroup.find(files);
        this.processors = processors;
        this.processCpu = processCpu;
    }

    private Cgroup cgroup() {
        List<String> now = files.lines(Cgroup.MEMBERSHIP);
        if (!now.equals(membership)) {
            membership = now;
            cgroup = Cgroup.find(files);
        }
        return cgroup;
    }

    @Override
    public Machine read() {
        double own = processCpu.getAsDouble();
        double available = processors.getAsDouble();
        Cgroup limits = cgroup();
        Optional<Cgroup.Quota> quota = limits.quota();
        Cgroup.Memory memory = memory(limits);
        List<String> stat = files.lines(Path.of("proc/stat"));
        return new Machine(
                Math.min(quota.map(Cgroup.Quota::cores).orElse(available), available),
                own,
                // without a quota there is nobody to share it with
                quota.map(Cgroup.Quota::cpuSeconds)
                        .orElse(OptionalDouble.empty())
                        .orElse(own),
                hostCores(stat).orElse(available),
                busySeconds(stat).orElse(own),
                quota.map(Cgroup.Quota::throttling).orElse(Throttling.NONE),
                memory.used(),
                memory.limit());
    }

    /** Under the cgroup's limit, or the host's when that is tighter: version 1 says "none" by a number above any memory. */
    private Cgroup.Memory memory(Cgroup limits) {
        Map<String, Double> meminfo = files.numbers(Path.of("proc/meminfo"), ":", "MemTotal", "MemAvailable");
        double total = meminfo.getOrDefault("MemTotal", 0.0) * 1024;
        return limits.memory()
                .filter(memory -> memory.limit() < total || total == 0)
                .orElseGet(() -> new Cgroup.Memory(total, total - meminfo.getOrDefault("MemAvailable", 0.0) * 1024));
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
