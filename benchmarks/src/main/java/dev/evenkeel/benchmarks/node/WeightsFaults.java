package dev.evenkeel.benchmarks.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Weights that are downloaded: once, by one of those that want them, across a cut connection, and only the right ones. */
final class WeightsFaults {

    private static final double RESTART_BAR_SECONDS = 5;
    private static final String NOT_THE_SUM = "0".repeat(64);

    private final Bench bench;
    private final byte[] zip;
    private final Path jar;
    private final Path aotCache;

    private WeightsFaults(Bench bench, byte[] zip, Path jar, Path aotCache) {
        this.bench = bench;
        this.zip = zip;
        this.jar = jar;
        this.aotCache = aotCache;
    }

    static void run(Bench bench) throws Exception {
        Path jar = extract(bench);
        byte[] zip = WeightsServer.zip(Path.of(bench.options().text("encoder")));
        WeightsFaults faults = new WeightsFaults(bench, zip, jar, train(bench, jar));
        faults.secondStart();
        faults.twoAtOnce();
        faults.cut();
        faults.wrongSum();
    }

    /** As {@code bin/evenkeel} does: a JVM starts faster from plain jars, and the start-up cache needs them. */
    private static Path extract(Bench bench) throws IOException, InterruptedException {
        Path app = bench.results().file("app").toAbsolutePath();
        Path jar = bench.services().jar("model-service");
        List<String> command = bench.java(List.of("-Djarmode=tools"), jar);
        command.addAll(List.of("extract", "--destination", app.toString()));
        run(bench, "extract", command);
        return app.resolve(jar.getFileName());
    }

    /** As {@code bin/evenkeel warm} does, with the flags of the run, or the JVM would drop the cache. */
    private static Path train(Bench bench, Path jar) throws IOException, InterruptedException {
        Path cache = jar.resolveSibling("start.aot");
        List<String> flags = new ArrayList<>(List.of("-XX:AOTCacheOutput=" + cache, "-Dspring.context.exit=onRefresh"));
        flags.addAll(bench.options().words("node-jvm"));
        List<String> command = bench.java(flags, jar);
        command.addAll(List.of(
                "--server.port=0",
                "--server.address=127.0.0.1",
                "--evenkeel.weights-dir="
                        + bench.results().file("weights-of-training").toAbsolutePath()));
        run(bench, "train", command);
        return cache;
    }

    private static void run(Bench bench, String name, List<String> command) throws IOException, InterruptedException {
        bench.results().progress("%s", name);
        Path log = bench.results().logs().resolve(name + ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!process.waitFor(3, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
        if (process.waitFor() != 0) {
            throw new IllegalStateException(name + " failed: see " + log);
        }
    }

    private Node start(String name, Path weights, String url, String sha256) {
        List<String> flags = new ArrayList<>(List.of("-XX:AOTCache=" + aotCache));
        flags.addAll(bench.options().words("node-jvm"));
        List<String> settings = new ArrayList<>(Bench.serving(url));
        settings.add("--evenkeel.models[0].sha256=" + sha256);
        settings.addAll(bench.options().words("node-args"));
        return bench.start(name, bench.options().text("all-cpus"), jar, weights, flags, settings);
    }

    /** Seconds from a node's start until it is ready; infinite when it ended before. */
    private double ready(Node node) throws InterruptedException {
        Node.await(Bench.STARTS_WITHIN, () -> !node.process().alive() || node.ready());
        double seconds = (System.nanoTime() - node.startedNanos()) / 1e9;
        return node.process().alive() && node.ready() ? seconds : Double.POSITIVE_INFINITY;
    }

    private Path empty(String name) throws IOException {
        return Files.createDirectories(bench.results().file("weights-" + name)).toAbsolutePath();
    }

    private void secondStart() throws Exception {
        Path weights = empty("second-start");
        double first;
        int downloads;
        String url;
        String sha256;
        try (WeightsServer server = new WeightsServer(zip)) {
            Node node = start("first-start", weights, server.url(), server.sha256());
            first = ready(node);
            bench.services().stop(node.process());
            downloads = server.downloads();
            url = server.url();
            sha256 = server.sha256();
        }
        Node again = start("second-start", weights, url, sha256);
        double second = ready(again);
        bench.services().stop(again.process());
        bench.bars()
                .row(
                        "weights: second start, the server gone, until ready",
                        "<= 5 s",
                        second <= RESTART_BAR_SECONDS,
                        "%.2f s; the first took %.2f s and %d downloads",
                        second,
                        first,
                        downloads);
        delete(weights);
    }

    private void twoAtOnce() throws Exception {
        Path weights = empty("two-at-once");
        try (WeightsServer server = new WeightsServer(zip)) {
            Node one = start("at-once-1", weights, server.url(), server.sha256());
            Node other = start("at-once-2", weights, server.url(), server.sha256());
            double slower = Math.max(ready(one), ready(other));
            bench.services().stop(one.process());
            bench.services().stop(other.process());
            bench.bars()
                    .row(
                            "weights: two nodes on one empty cache",
                            "both ready, 1 download",
                            Double.isFinite(slower) && server.downloads() == 1,
                            "%s after %.1f s, %d downloads, %.2f zips sent",
                            Double.isFinite(slower) ? "both ready" : "not both ready",
                            slower,
                            server.downloads(),
                            server.zipsSent());
        }
        delete(weights);
    }

    private void cut() throws Exception {
        Path weights = empty("cut");
        try (WeightsServer server = new WeightsServer(zip)) {
            server.cutNext(1);
            Node node = start("cut", weights, server.url(), server.sha256());
            double seconds = ready(node);
            bench.services().stop(node.process());
            bench.bars()
                    .row(
                            "weights: the connection is cut in the middle",
                            "the node becomes ready",
                            Double.isFinite(seconds) && server.downloads() > 1,
                            "%s after %.1f s, %d downloads, %.2f zips sent",
                            Double.isFinite(seconds) ? "ready" : "ended",
                            seconds,
                            server.downloads(),
                            server.zipsSent());
        }
        delete(weights);
    }

    private void wrongSum() throws Exception {
        Path weights = empty("wrong-sum");
        try (WeightsServer server = new WeightsServer(zip)) {
            Node node = start("wrong-sum", weights, server.url(), NOT_THE_SUM);
            boolean ended = node.process().awaitEnd(Bench.STARTS_WITHIN);
            bench.services().stop(node.process());
            String right = server.sha256();
            String line = node.process()
                    .output()
                    .lines()
                    .filter(each -> each.contains(Bench.MODEL) && each.contains(right) && each.contains(NOT_THE_SUM))
                    .findFirst()
                    .orElse("");
            bench.bars()
                    .row(
                            "weights: wrong sha256",
                            "the node ends with a sentence that names the model and both sums",
                            ended && !line.isEmpty(),
                            "%s: %s",
                            ended ? "ended" : "still there",
                            line.isEmpty() ? "no such line in its log" : line);
        }
        delete(weights);
    }

    /** A run's folder is kept, some 60 MB of weights each are not. */
    private static void delete(Path folder) throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> paths = Files.walk(folder)) {
            deepestFirst = paths.sorted(java.util.Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.delete(path);
        }
    }
}
