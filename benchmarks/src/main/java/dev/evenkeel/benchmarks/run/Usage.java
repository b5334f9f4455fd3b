package dev.evenkeel.benchmarks.run;

import dev.evenkeel.benchmarks.host.CpuUse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Who used how much CPU over a stretch of time, in cores: the parts of the run, and everything else on the machine,
 * which is the noise.
 */
public final class Usage {

    /** A quiet machine's own work takes half of this. */
    private static final double NOISY = 0.1;

    private final Map<String, Supplier<Duration>> parts;
    private final Map<String, Duration> atStart = new LinkedHashMap<>();
    private final CpuUse.Machine machineAtStart = CpuUse.ofMachine();
    private final long start = System.nanoTime();

    /**
     * Starts counting.
     *
     * @param parts the CPU that each part of the run has used so far; together all that the run started
     */
    public Usage(Map<String, Supplier<Duration>> parts) {
        this.parts = Map.copyOf(parts);
        parts.forEach((name, cpu) -> atStart.put(name, cpu.get()));
    }

    /** What a report says of its worst run's noise; nothing of a quiet one's. */
    public static String warning(double mostNoise) {
        return mostNoise <= NOISY
                ? ""
                : String.format(
                        Locale.ROOT,
                        "**Noisy: other processes used up to %.2f cores. These figures are for debugging only.**%n%n",
                        mostNoise);
    }

    /** Cores since the start. */
    public Cores soFar() {
        double nanos = System.nanoTime() - start;
        CpuUse.Machine machine = CpuUse.ofMachine();
        Map<String, Double> cores = new LinkedHashMap<>();
        atStart.forEach((name, before) -> {
            Supplier<Duration> part = parts.get(name);
            if (part != null) {
                cores.put(name, part.get().minus(before).toNanos() / nanos);
            }
        });
        double ours = cores.values().stream().mapToDouble(Double::doubleValue).sum();
        double idle = machine.idle().minus(machineAtStart.idle()).toNanos() / nanos;
        double stolen = machine.steal().minus(machineAtStart.steal()).toNanos() / nanos;
        return new Cores(cores, Math.max(0, machine.cpus() - idle - stolen - ours), stolen, nanos / 1e9);
    }

    /**
     * CPU in cores: 1 is all of one.
     *
     * @param parts by name
     * @param others all processes that are not the run's, and the kernel for itself
     * @param stolen taken by a hypervisor
     * @param seconds of the clock
     */
    public record Cores(Map<String, Double> parts, double others, double stolen, double seconds) {

        /** The CPU that was not the run's. */
        public double noise() {
            return others + stolen;
        }

        public double of(String part) {
            return parts.getOrDefault(part, 0.0);
        }
    }
}
