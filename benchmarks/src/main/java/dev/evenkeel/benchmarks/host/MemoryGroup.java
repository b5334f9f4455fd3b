package dev.evenkeel.benchmarks.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A memory cgroup of a run, version 1 or 2, whichever the machine has. A process takes only what it allocates from then
 * on with it: add it as soon as it has started. Closing puts the processes back and removes the group.
 */
public final class MemoryGroup implements AutoCloseable {

    private static final Path ROOT = Path.of("/sys/fs/cgroup");

    private final Path directory;
    private final Path home;
    private final boolean second;

    private MemoryGroup(Path directory, Path home, boolean second) {
        this.directory = directory;
        this.home = home;
        this.second = second;
    }

    /**
     * Makes one without a limit.
     *
     * @param name must be free; a name with this process's id is
     * @throws UncheckedIOException where this process may not make one
     */
    public static MemoryGroup create(String name) {
        boolean second = Files.exists(ROOT.resolve("cgroup.controllers"));
        Path home = second ? ROOT : ROOT.resolve("memory");
        try {
            if (second
                    && !Files.readString(home.resolve("cgroup.subtree_control")).contains("memory")) {
                Files.writeString(home.resolve("cgroup.subtree_control"), "+memory");
            }
            return new MemoryGroup(Files.createDirectory(home.resolve(name)), home, second);
        } catch (IOException e) {
            throw new UncheckedIOException("no memory cgroup could be made below " + ROOT + "; it takes root", e);
        }
    }

    /** Moves a process with all its threads; what it has allocated before stays where it was. */
    public void add(long pid) {
        write(directory.resolve("cgroup.procs"), Long.toString(pid));
    }

    /** Bytes that its processes may use together; the kernel kills one that cannot be kept within. */
    public void limit(long bytes) {
        write(directory.resolve(second ? "memory.max" : "memory.limit_in_bytes"), Long.toString(bytes));
    }

    /** Bytes in use, without file pages that the kernel can take back at once. */
    public long used() {
        long usage = Long.parseLong(
                read(second ? "memory.current" : "memory.usage_in_bytes").strip());
        return usage - field("memory.stat", second ? "inactive_file" : "total_inactive_file");
    }

    /** How many processes the kernel killed for memory. */
    public long outOfMemoryKills() {
        return field(second ? "memory.events" : "memory.oom_control", "oom_kill");
    }

    private long field(String file, String name) {
        return read(file)
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToLong(line -> Long.parseLong(line.substring(name.length() + 1)))
                .findFirst()
                .orElse(0);
    }

    private String read(String file) {
        try {
            return Files.readString(directory.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
        try {
            for (String pid : Files.readAllLines(directory.resolve("cgroup.procs"))) {
                write(home.resolve("cgroup.procs"), pid);
            }
            Files.delete(directory);
        } catch (IOException | UncheckedIOException e) {
            System.err.println("left behind: " + directory + ": " + e);
        }
    }
}
