package dev.evenkeel.benchmarks.serving;

import dev.evenkeel.benchmarks.host.Child;
import dev.evenkeel.benchmarks.node.Bench;
import dev.evenkeel.benchmarks.run.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The model in a loop, without a server: what a node's worker can do at the most. */
final class BareLoop {

    /** Enough that no text comes twice within a batch. */
    private static final int TEXTS = 1_000;

    /** For the start of a JVM and the loading of a model. */
    private static final Duration STARTS_WITHIN = Duration.ofMinutes(2);

    private static final JsonMapper JSON = JsonMapper.shared();

    private final Bench bench;
    private final Path texts;
    private int turns;

    private BareLoop(Bench bench, Path texts) {
        this.bench = bench;
        this.texts = texts;
    }

    /** Writes the texts that it goes through. */
    static BareLoop of(Bench bench, Texts texts) throws IOException {
        Path file = bench.results().file("loop-texts.txt").toAbsolutePath();
        Files.write(file, IntStream.range(0, TEXTS).mapToObj(texts::text).toList());
        return new BareLoop(bench, file);
    }

    /**
     * What it did.
     *
     * @param p50Millis of one call with a batch
     */
    record Result(double inputsPerSecond, double p50Millis) {

        /**
         * Reads the last line of the loop's output that is JSON.
         *
         * @throws IllegalStateException when there is none, or one without the figures
         */
        static Result of(String output) {
            String line = output.lines()
                    .filter(each -> each.startsWith("{"))
                    .reduce((_, later) -> later)
                    .orElseThrow(() -> new IllegalStateException("the bare loop wrote no line of JSON"));
            JsonNode json = JSON.readTree(line);
            if (!json.path("inputsPerSecond").isNumber()
                    || !json.path("p50Micros").isNumber()) {
                throw new IllegalStateException(
                        "the bare loop wrote '%s', without inputsPerSecond and p50Micros".formatted(line));
            }
            return new Result(
                    json.path("inputsPerSecond").doubleValue(),
                    json.path("p50Micros").doubleValue() / 1000);
        }
    }

    /** Runs it once, in a process of its own. */
    Result run(int batch) throws InterruptedException {
        Options options = bench.options();
        List<String> command = Servers.plainCommand(bench);
        command.addAll(List.of(
                "loop",
                "--folder",
                Path.of(options.text("encoder")).toAbsolutePath().toString(),
                "--batch",
                Integer.toString(batch),
                "--tokens",
                "file:" + texts,
                "--seconds",
                Integer.toString(options.integer("stretch")),
                "--warm-up",
                Integer.toString(options.integer("loop-warm-up"))));
        turns++;
        String name = "loop-%d-batch-%d".formatted(turns, batch);
        Child process = bench.cleanup()
                .add(Child.start(name, bench.results().logs(), options.text("server-cpus"), false, command));
        Duration patience = STARTS_WITHIN.plus(options.seconds("stretch")).plus(options.seconds("loop-warm-up"));
        boolean ended = process.awaitEnd(patience);
        bench.services().stop(process);
        if (!ended) {
            throw new IllegalStateException(
                    "%s did not end within %s; its log ends%n%s".formatted(name, patience, process.logTail()));
        }
        Result result = Result.of(process.output());
        bench.results()
                .progress(
                        "bare loop, batch %d: %.1f inputs/s, p50 %.2f ms",
                        batch, result.inputsPerSecond(), result.p50Millis());
        return result;
    }
}
