package dev.evenkeel.benchmarks.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process that this run started: bound to CPUs, its output in a file, ended by its own id and nothing else's. */
public final class Child implements AutoCloseable {

    private static final Duration TERM_PATIENCE = Duration.ofSeconds(30);
    private static final int LOG_TAIL_LINES = 25;

    private final String name;
    private final Path log;
    private final Process process;
    private volatile boolean paused;
    private volatile Duration cpu = Duration.ZERO;

    private Child(String name, Path log, Process process) {
        this.name = name;
        this.log = log;
        this.process = process;
    }

    /**
     * Starts one.
     *
     * @param cpus a list as {@code taskset -c} takes it, or nothing for those of this process
     * @param background runs it only while nothing else wants the CPU, so that it never holds up what is measured
     */
    public static Child start(String name, Path logs, String cpus, boolean background, List<String> command) {
        List<String> bound = new ArrayList<>();
        if (background) {
            bound.addAll(List.of("chrt", "--idle", "0"));
        }
        if (!cpus.isEmpty()) {
            bound.addAll(List.of("taskset", "-c", cpus));
        }
        bound.addAll(command);
        Path log = logs.resolve(name + ".log");
        ProcessBuilder builder =
                new ProcessBuilder(bound).redirectErrorStream(true).redirectOutput(log.toFile());
        try {
            return new Child(name, log, builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + name, e);
        }
    }

    public String name() {
        return name;
    }

    public long pid() {
        return process.pid();
    }

    public boolean alive() {
        return process.isAlive();
    }

    /** Stops it where it is, by SIGSTOP: it uses no CPU and answers nobody until {@link #resume}. */
    public void pause() {
        paused = true;
        signal("STOP");
    }

    /** Lets it go on; one that was not paused is not changed. */
    public void resume() {
        signal("CONT");
        paused = false;
    }

    private void signal(String name) {
        if (!alive()) {
            return;
        }
        try {
            int status = new ProcessBuilder("kill", "-" + name, Long.toString(pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            if (status != 0 && alive()) {
                throw new IllegalStateException("SIG" + name + " could not be sent to " + this.name);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** CPU used since its start, that of the processes below it included; of one that ended, as it was asked last. */
    public Duration cpu() {
        if (alive()) {
            cpu = process.descendants()
                    .map(CpuUse::ofProcess)
                    .reduce(CpuUse.ofProcess(process.toHandle()), Duration::plus);
        }
        return cpu;
    }

    /** Asks it to end, by SIGTERM, and returns at once. */
    public void terminate() {
        process.destroy();
    }

    /** Whether it ended within this time. */
    public boolean awaitEnd(Duration patience) throws InterruptedException {
        return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** All of its output so far. */
    public String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return "";
        }
    }

    /** The end of its output, for a message about its failure. */
    public String logTail() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size()));
        } catch (IOException e) {
            return "(no log: " + e + ")";
        }
    }

    /** Asks it to end, and ends it when it does not. */
    @Override
    public void close() {
        process.destroy();
        if (paused) {
            resume(); // or it would never come to know
        }
        try {
            if (!process.waitFor(TERM_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
    }

    /** Ends it at once. */
    public void kill() {
        process.destroyForcibly();
    }
}
