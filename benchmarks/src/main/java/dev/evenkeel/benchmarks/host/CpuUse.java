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
    public static final long NANOS_PER_TICK = 10_000_000;

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

    /**
     * What all CPUs together did nothing for, and what a hypervisor took from them, since boot. Idle time is exact; the
     * busy times beside it are sampled by a tick on most kernels, and miss what runs for less.
     */
    public static Machine ofMachine() {
        try {
            List<String> lines = Files.readAllLines(Path.of("/proc/stat"));
            String[] all = lines.getFirst().split(" +", -1);
            int cpus = (int)
                    lines.stream().filter(line -> line.matches("cpu\\d+ .*")).count();
            return new Machine(
                    cpus,
                    Duration.ofNanos((Long.parseLong(all[IDLE]) + Long.parseLong(all[IO_WAIT])) * NANOS_PER_TICK),
                    Duration.ofNanos(Long.parseLong(all[STEAL]) * NANOS_PER_TICK));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * CPU time of all CPUs together.
     *
     * @param cpus how many there are
     * @param idle time in which they did nothing
     * @param steal time in which a hypervisor ran something else
     */
    public record Machine(int cpus, Duration idle, Duration steal) {}
}
