package dev.evenkeel.benchmarks.profile;

import dev.evenkeel.benchmarks.host.CpuUse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Stream;

/** What the kinds of a JVM's threads have used of the CPU, by Linux's count of each thread. */
final class JvmThreads {

    /** As they are named. */
    enum Kind {
        JAVA("", ""),
        COMPILER("the JVM's compilers", "C[12] .*"),
        VM("the JVM's collector and itself", "(VM|GC|G1) .*"),
        RECORDER("the recorder", "JFR .*");

        private final String title;
        private final String names;

        /** @param names a regular expression */
        Kind(String title, String names) {
            this.title = title;
            this.names = names;
        }

        String title() {
            return title;
        }

        static Kind of(String thread) {
            return Stream.of(values())
                    .filter(kind -> thread.matches(kind.names))
                    .findFirst()
                    .orElse(JAVA);
        }
    }

    /** After the name in brackets, which may have blanks: user and system time, in ticks. */
    private static final int USER = 11;

    private static final int SYSTEM = 12;

    private JvmThreads() {}

    /** Since the process's start; a thread that has ended is not in it. */
    static Map<Kind, Duration> cpu(long pid) {
        Map<Kind, Duration> cpu = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            cpu.put(kind, Duration.ZERO);
        }
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
            threads.forEach(thread -> add(thread, cpu));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return cpu;
    }

    private static void add(Path thread, Map<Kind, Duration> cpu) {
        try {
            String stat = Files.readString(thread.resolve("stat"));
            int nameEnds = stat.lastIndexOf(')');
            String[] fields = stat.substring(nameEnds + 2).split(" ", -1);
            long ticks = Long.parseLong(fields[USER]) + Long.parseLong(fields[SYSTEM]);
            cpu.merge(
                    Kind.of(stat.substring(stat.indexOf('(') + 1, nameEnds)),
                    Duration.ofNanos(ticks * CpuUse.NANOS_PER_TICK),
                    Duration::plus);
        } catch (NoSuchFileException _) {
            // it has ended meanwhile
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
