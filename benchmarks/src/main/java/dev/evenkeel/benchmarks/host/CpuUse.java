package dev.evenkeel.benchmarks.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** CPU time, as Linux counts it. */
public final class CpuUse {

    /** /proc counts in USER_HZ, which is 100 on every architecture that Java 25 runs on. */
    private static final long NANOS_PER_TICK = 10_000_000;

    private static final int USER = 1;
    private static final int IDLE = 4;
    private static final int IO_WAIT = 5;
    private static final int STEAL = 8;

    private CpuUse() {}

    /** What a process used since its start; nothing when it has ended. The kernel's total is exact to a tick. */
    public static Duration ofProcess(ProcessHandle process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** What this process used since its start. */
    public static Duration ofMyself() {
        return ofProcess(ProcessHandle.current());
    }

    /** What the whole machine was busy for, and what a hypervisor took from it, since boot. */
    public static Machine ofMachine() {
        try {
            List<String> lines = Files.readAllLines(Path.of("/proc/stat"));
            String[] fields = lines.getFirst().split(" +", -1);
            long busy = 0;
            for (int i = USER; i < STEAL; i++) {
                if (i != IDLE && i != IO_WAIT) {
                    busy += Long.parseLong(fields[i]);
                }
            }
            return new Machine(
                    Duration.ofNanos(busy * NANOS_PER_TICK),
                    Duration.ofNanos(Long.parseLong(fields[STEAL]) * NANOS_PER_TICK));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * CPU time of all CPUs together.
     *
     * @param steal time in which a hypervisor ran something else
     */
    public record Machine(Duration busy, Duration steal) {}
}
