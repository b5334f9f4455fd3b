package dev.evenkeel.benchmarks.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The folder of one run: {@code report.md} for people, CSV for machines, the processes' logs. */
public final class Results {

    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

    private final Path folder;

    /**
     * Makes the folder.
     *
     * @param parent gets a folder of the run's name and the present time
     */
    public Results(Path parent, String run) {
        folder = parent.resolve(run + "-" + STAMP.format(LocalDateTime.now(ZoneId.systemDefault())));
        try {
            Files.createDirectories(folder.resolve("logs"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path logs() {
        return folder.resolve("logs");
    }

    public Path file(String name) {
        return folder.resolve(name);
    }

    /** A line of progress, on the console only. */
    public void progress(String format, Object... values) {
        System.out.printf(Locale.ROOT, format + "%n", values);
    }

    /** Text of the report, shown as well. */
    public void report(String format, Object... values) {
        String text = values.length == 0 ? format + "\n" : String.format(Locale.ROOT, format + "%n", values);
        System.out.print(text);
        try {
            Files.writeString(file("report.md"), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The machine and the JVM, in one line. */
    public static String machine() {
        return "%s, %d CPUs, Linux %s, JDK %s"
                .formatted(cpuModel(), hostCpus(), System.getProperty("os.version"), Runtime.version());
    }

    /** All CPUs of the host, those that this process is not bound to included. */
    private static long hostCpus() {
        try (var lines = Files.lines(Path.of("/proc/stat"))) {
            return lines.filter(line -> line.matches("cpu\\d+ .*")).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String cpuModel() {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 2))
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
