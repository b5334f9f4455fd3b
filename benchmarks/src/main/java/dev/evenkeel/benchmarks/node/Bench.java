package dev.evenkeel.benchmarks.node;

import dev.evenkeel.benchmarks.fleet.Sentences;
import dev.evenkeel.benchmarks.host.Child;
import dev.evenkeel.benchmarks.host.Cleanup;
import dev.evenkeel.benchmarks.host.Ports;
import dev.evenkeel.benchmarks.run.Bars;
import dev.evenkeel.benchmarks.run.Options;
import dev.evenkeel.benchmarks.run.Results;
import dev.evenkeel.benchmarks.run.Services;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What every run against bars has: its options, where results go, and the starting of nodes. */
public record Bench(Options options, Results results, Bars bars, Services services, Cleanup cleanup) {

    public static final String MODEL = "measuring-encoder";
    public static final Duration STARTS_WITHIN = Duration.ofMinutes(3);

    /** A run's code. */
    @FunctionalInterface
    public interface Run {
        void run(Bench bench) throws Exception;
    }

    /** The options of a run with {@link #sentences}. */
    static Options commonOptions() {
        return treeOptions().with("words", "15-45", "length of a text, even between both");
    }

    /** Where things are and go; the options of every run here. */
    public static Options treeOptions() {
        return new Options()
                .with("root", ".", "the source tree, built")
                .with("out", "benchmarks/results", "where the run's folder goes")
                .with("encoder", "benchmarks/.cache/encoder/measuring-encoder-int8", "the model's folder")
                .with("weights", "benchmarks/.cache/weights", "where nodes keep native libraries")
                .with("seed", "1", "of arrivals and texts");
    }

    /** Runs it, and ends everything that it started. */
    public static void run(String name, Options options, Run run) throws Exception {
        Results results = new Results(Path.of(options.text("out")), name);
        results.report("# %s%n%n`%s`%n%n%s%n", name, options.commandLine(), Results.machine());
        try (Cleanup cleanup = new Cleanup();
                Services services = new Services(Path.of(options.text("root")), results.logs(), cleanup)) {
            Bars bars = new Bars(results);
            run.run(new Bench(options, results, bars, services, cleanup));
            bars.report();
        }
    }

    Sentences sentences(int run) {
        String[] words = options.text("words").split("-", -1);
        return new Sentences(
                MODEL,
                options.integer("seed"),
                run,
                Integer.parseInt(words[0]),
                Integer.parseInt(words[words.length - 1]));
    }

    /** Settings of a node that serves a model. */
    public static List<String> serving(String url) {
        return List.of(
                "--evenkeel.models[0].name=" + MODEL,
                "--evenkeel.models[0].url=" + url,
                "--evenkeel.models[0].task=embedding");
    }

    /** The URL of a folder or file. */
    public static String url(Path path) {
        return path.toAbsolutePath().normalize().toUri().toString();
    }

    /**
     * Starts a node from the built jar; without a registry unless {@code args} name one.
     *
     * @param args override what every node gets
     */
    public Node start(String name, String cpus, List<String> jvmFlags, List<String> args) {
        return start(name, cpus, services.jar("model-service"), Path.of(options.text("weights")), jvmFlags, args);
    }

    /**
     * Starts a node.
     *
     * @param jar runnable, or extracted
     * @param weights where it keeps models; native libraries go where those of all nodes are
     */
    Node start(String name, String cpus, Path jar, Path weights, List<String> jvmFlags, List<String> args) {
        List<Integer> ports = Ports.free(2);
        List<String> command = java(jvmFlags, jar);
        command.addAll(List.of(
                "--server.port=" + ports.get(0),
                "--management.server.port=" + ports.get(1),
                "--server.address=127.0.0.1",
                "--evenkeel.node-name=" + name,
                "--evenkeel.weights-dir=" + weights));
        if (args.stream().noneMatch(arg -> arg.startsWith("--eureka."))) {
            command.add("--eureka.client.enabled=false");
        }
        command.addAll(args);
        long start = System.nanoTime();
        Child process = cleanup.add(Child.start(name, results.logs(), cpus, false, command));
        return new Node(process, ports.get(0), ports.get(1), start);
    }

    /** The start of a JVM's command line; {@code env} becomes the JVM, so the process's id is the JVM's. */
    public List<String> java(List<String> flags, Path jar) {
        Path natives = Path.of(options.text("weights")).toAbsolutePath();
        List<String> command = new ArrayList<>(List.of(
                "env",
                "DJL_CACHE_DIR=" + natives,
                Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(flags);
        command.addAll(List.of("-jar", jar.toString()));
        return command;
    }

    /** Returns when it is ready. */
    public void awaitReady(Node node) throws InterruptedException {
        services.await(node.process(), node.readiness(), STARTS_WITHIN);
    }
}
