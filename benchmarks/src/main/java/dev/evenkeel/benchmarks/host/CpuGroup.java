package dev.evenkeel.benchmarks.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A CPU cgroup of a run, version 1 or 2, whichever the machine has: a quota of CPU in every period. Closing it puts its
 * processes back to where all others are and removes it.
 */
public final class CpuGroup implements AutoCloseable {

    private static final Path ROOT = Path.of("/sys/fs/cgroup");

    private static final long LEAST_QUOTA_MICROS = 1_000;

    private static final String NO_QUOTA = "-1";

    private final Path directory;
    private final Path home;
    private final boolean second;
    private final long periodMicros;

    private CpuGroup(Path directory, Path home, boolean second, long periodMicros) {
        this.directory = directory;
        this.home = home;
        this.second = second;
        this.periodMicros = periodMicros;
    }

    /**
     * Makes one.
     *
     * @param name must be free; a name with this process's id is
     * @param cpus CPUs granted; a tenth is 2 ms of every 20
     * @throws UncheckedIOException where this process may not make one
     */
    public static CpuGroup create(String name, double cpus, Duration period) {
        long periodMicros = period.toNanos() / 1000;
        try {
            if (Files.exists(ROOT.resolve("cgroup.controllers"))) {
                Path control = ROOT.resolve("cgroup.subtree_control");
                if (!Files.readString(control).contains("cpu")) {
                    Files.writeString(control, "+cpu");
                }
                CpuGroup group = new CpuGroup(Files.createDirectory(ROOT.resolve(name)), ROOT, true, periodMicros);
                group.grant(cpus);
                return group;
            }
            Path home = firstOf(ROOT.resolve("cpu"), ROOT.resolve("cpu,cpuacct"));
            CpuGroup group = new CpuGroup(Files.createDirectory(home.resolve(name)), home, false, periodMicros);
            group.grant(cpus);
            return group;
        } catch (IOException e) {
            throw new UncheckedIOException("no CPU cgroup could be made below " + ROOT + "; it takes root", e);
        }
    }

    private static Path firstOf(Path... candidates) throws IOException {
        for (Path candidate : candidates) {
            if (Files.isDirectory(candidate)) {
                return candidate;
            }
        }
        throw new IOException("none of " + List.of(candidates) + " is there");
    }

    /** Grants it so many CPUs from now on; less than the kernel's least in a period is granted in longer ones. */
    public void grant(double cpus) {
        long period = Math.max(periodMicros, (long) Math.ceil(LEAST_QUOTA_MICROS / cpus));
        long quotaMicros = Math.round(cpus * period);
        if (second) {
            set("cpu.max", quotaMicros + " " + period);
        } else {
            // without a quota any period will do
            set("cpu.cfs_quota_us", NO_QUOTA);
            set("cpu.cfs_period_us", Long.toString(period));
            set("cpu.cfs_quota_us", Long.toString(quotaMicros));
        }
    }

    /** Takes its quota away: it gets what others leave, and no less than they. */
    public void lift() {
        if (second) {
            set("cpu.max", "max");
        } else {
            set("cpu.cfs_quota_us", NO_QUOTA);
        }
    }

    /** Moves a process with all its threads. */
    public void add(long pid) {
        set("cgroup.procs", Long.toString(pid));
    }

    /** Since the group was made. */
    public Throttling throttling() {
        try (var lines = Files.lines(directory.resolve("cpu.stat"))) {
            Map<String, Long> stat = lines.map(line -> line.split(" ", -1))
                    .collect(Collectors.toMap(field -> field[0], field -> Long.parseLong(field[1])));
            return new Throttling(
                    Objects.requireNonNullElse(stat.get("nr_periods"), 0L),
                    Objects.requireNonNullElse(stat.get("nr_throttled"), 0L));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * How often the quota was too little.
     *
     * @param periods in which somebody wanted to run
     * @param throttled those in which the quota was used up
     */
    public record Throttling(long periods, long throttled) {}

    private void set(String file, String value) {
        try {
            Files.writeString(directory.resolve(file), value);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write '" + value + "' to " + directory.resolve(file), e);
        }
    }

    @Override
    public void close() {
        try {
            for (String pid : Files.readAllLines(directory.resolve("cgroup.procs"))) {
                Files.writeString(home.resolve("cgroup.procs"), pid);
            }
            Files.delete(directory);
        } catch (IOException e) {
            System.err.println("left behind: " + directory + (second ? " (cgroup v2): " : " (cgroup v1): ") + e);
        }
    }
}
