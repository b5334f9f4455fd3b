package dev.evenkeel.benchmarks.profile;

import dev.evenkeel.benchmarks.profile.JvmThreads.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where a JVM's CPU went in some time.
 *
 * @param byPart CPU of each library in Java threads, and of the JVM's own threads; the recorder's is left out
 * @param byClassOfOurs CPU of each class of ours, which is in {@code byPart} too
 */
public record Profile(Map<String, Duration> byPart, Map<String, Duration> byClassOfOurs) {

    private static final String NAME = "bench";

    /** Deeper than a reactive chain. */
    private static final int STACK_DEPTH = 512;

    /** CPU time of a thread between two samples. */
    private static final Duration PERIOD = Duration.ofMillis(2);

    public Profile {
        byPart = Map.copyOf(byPart);
        byClassOfOurs = Map.copyOf(byClassOfOurs);
    }

    /** What is done while the profile is taken. */
    @FunctionalInterface
    public interface Load {
        void run() throws Exception;
    }

    /**
     * Records a running JVM, which needs no preparation, under a load.
     *
     * @param recording gets what was recorded
     * @throws IllegalStateException when the JVM cannot be recorded, with what {@code jcmd} said
     */
    public static Profile of(long pid, Path recording, Load load) throws Exception {
        jcmd(pid, "JFR.configure", "stackdepth=" + STACK_DEPTH);
        jcmd(
                pid,
                "JFR.start",
                "name=" + NAME,
                "settings=none",
                "+" + Samples.EVENT + "#enabled=true",
                "+" + Samples.EVENT + "#throttle=" + PERIOD.toMillis() + "ms");
        Map<Kind, Duration> before = JvmThreads.cpu(pid);
        load.run();
        Map<Kind, Duration> after = JvmThreads.cpu(pid);
        jcmd(pid, "JFR.stop", "name=" + NAME, "filename=" + recording.toAbsolutePath());
        return of(Samples.read(recording), before, after);
    }

    private static Profile of(Samples samples, Map<Kind, Duration> before, Map<Kind, Duration> after) {
        Map<Kind, Duration> used = new LinkedHashMap<>();
        after.forEach((kind, cpu) -> used.put(kind, cpu.minus(before.getOrDefault(kind, Duration.ZERO))));
        Duration java = used.getOrDefault(Kind.JAVA, Duration.ZERO);
        Map<String, Duration> byPart = new LinkedHashMap<>(times(samples.byPart(), java));
        for (Kind kind : List.of(Kind.COMPILER, Kind.VM)) {
            byPart.put(kind.title(), used.getOrDefault(kind, Duration.ZERO));
        }
        return new Profile(byPart, times(samples.byClassOfOurs(), java));
    }

    private static Map<String, Duration> times(Map<String, Double> shares, Duration all) {
        Map<String, Duration> times = new LinkedHashMap<>();
        shares.forEach((name, share) -> times.put(name, Duration.ofNanos(Math.round(share * all.toNanos()))));
        return times;
    }

    private static void jcmd(long pid, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(pid)));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", words) + ": " + said.strip());
        }
    }
}
