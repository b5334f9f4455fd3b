package dev.evenkeel.benchmarks.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A CPU cgroup of a run, version 1 or 2, whichever the machine has: a quota of CPU in every period. Closing it puts its
 * processes back to where all others are and removes it.
 *
 * <p>Of version 1, which may count CPU in a tree of its own, it is in both, as a container is: who is in the group sees what
 * the others in it use.
 */
public final class CpuGroup implements AutoCloseable {

    private static final Path ROOT = Path.of("/sys/fs/cgroup");

    private static final long LEAST_QUOTA_MICROS = 1_000;

    private static final String NO_QUOTA = "-1";
    private static final String PROCESSES = "cgroup.procs";

    private final Path directory;

    /** The same in every tree that it is in, and the tree's top. */
    private final Map<Path, Path> homes;

    private final boolean second;
    private final long periodMicros;

    private CpuGroup(String name, List<Path> trees, boolean second, long periodMicros) throws IOException {
        this.homes = new LinkedHashMap<>();
        for (Path tree : trees) {
            homes.put(Files.createDirectory(tree.resolve(name)), tree);
        }
        this.directory = trees.getFirst().resolve(name);
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
            boolean second = Files.exists(ROOT.resolve("cgroup.controllers"));
            if (second) {
                Path control = ROOT.resolve("cgroup.subtree_control");
                if (!Files.readString(control).contains("cpu")) {
                    Files.writeString(control, "+cpu");
                }
            }
            CpuGroup group = new CpuGroup(name, second ? List.of(ROOT) : trees(), second, periodMicros);
            group.grant(cpus);
            return group;
        } catch (IOException e) {
            throw new UncheckedIOException("no CPU cgroup could be made below " + ROOT + "; it takes root", e);
        }
    }

    /** Of version 1, the one with the quotas first. The two may be one, by one name or by two. */
    private static List<Path> trees() throws IOException {
        List<Path> trees = Stream.of("cpu", "cpu,cpuacct", "cpuacct")
                .map(ROOT::resolve)
                .filter(Files::isDirectory)
                .toList();
        if (trees.isEmpty()) {
            throw new IOException("there is no cpu below " + ROOT);
        }
        Path accounting = trees.getLast();
        return Files.isSameFile(trees.getFirst(), accounting)
                ? List.of(trees.getFirst())
                : List.of(trees.getFirst(), accounting);
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
        homes.keySet().forEach(group -> write(group.resolve(PROCESSES), Long.toString(pid)));
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
        write(directory.resolve(file), value);
    }

    private static void write(Path file, String value) {
        try {
            Files.writeString(file, value);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write '" + value + "' to " + file, e);
        }
    }

    @Override
    public void close() {
        homes.forEach(this::remove);
    }

    private void remove(Path group, Path home) {
        try {
            for (String pid : Files.readAllLines(group.resolve(PROCESSES))) {
                Files.writeString(home.resolve(PROCESSES), pid);
            }
            Files.delete(group);
        } catch (IOException e) {
            System.err.println("left behind: " + group + (second ? " (cgroup v2): " : " (cgroup v1): ") + e);
        }
    }
}
