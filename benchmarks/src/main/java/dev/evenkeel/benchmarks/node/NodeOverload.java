package dev.evenkeel.benchmarks.node;

import dev.evenkeel.benchmarks.host.CpuUse;
import dev.evenkeel.benchmarks.host.LiveHeap;
import dev.evenkeel.benchmarks.load.Client;
import dev.evenkeel.benchmarks.load.ClosedLoop;
import dev.evenkeel.benchmarks.load.Measurement;
import dev.evenkeel.benchmarks.load.OpenLoop;
import dev.evenkeel.benchmarks.load.Trace;
import dev.evenkeel.benchmarks.report.Table;
import dev.evenkeel.benchmarks.run.Bars;
import dev.evenkeel.benchmarks.run.Options;
import dev.evenkeel.benchmarks.run.Usage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** One node under several times the load that it can finish: does it go on finishing as much, and say no at once? */
public final class NodeOverload {

    private static final int TOO_MANY_REQUESTS = 429;
    private static final double MEGA = 1 << 20;

    private final Bench bench;
    private final Options options;

    private NodeOverload(Bench bench) {
        this.bench = bench;
        this.options = bench.options();
    }

    public static void run(String[] args) throws Exception {
        Options options = Bench.commonOptions()
                .with("clients", "64", "requests that the measurement of the capacity keeps inside the node")
                .with("times", "3", "arrivals, as a multiple of the capacity")
                .with("warm-up", "30", "seconds of full load before the capacity is measured")
                .with("capacity", "20", "seconds of its measurement")
                .with("overload-warm-up", "20", "seconds of the overload before the stretch that counts")
                .with("measure", "60", "seconds of overload that count")
                .with("node-cpus", "1", "the CPUs that the node runs on, as taskset takes them")
                .with("node-args", "--evenkeel.workers=1", "further arguments of the node")
                .with(
                        "node-jvm",
                        "-Xms512m -Xmx512m -XX:+AlwaysPreTouch -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED",
                        "flags of the node; with all of the heap in RAM from the start, what grows is native")
                .parse(args);
        Bench.run("node-overload", options, bench -> new NodeOverload(bench).run());
    }

    private void run() throws Exception {
        List<String> settings = new ArrayList<>(Bench.serving(Bench.url(Path.of(options.text("encoder")))));
        settings.addAll(options.words("node-args"));
        Node node = bench.start("node", options.text("node-cpus"), options.words("node-jvm"), settings);
        bench.awaitReady(node);
        double capacity = capacity(node);
        double rate = options.number("times") * capacity;
        bench.results()
                .report(
                        "Capacity, closed loop of %d: %.1f/s. Overload: Poisson arrivals, %.1f/s.%n",
                        options.integer("clients"), capacity, rate);

        Overload overload;
        double heapBefore;
        // longer than the work of a full queue takes; one client for both, so that connections are there, as a
        // gateway's
        try (Client client = new Client(Duration.ofSeconds(60))) {
            overload(client, node, rate, options.seconds("overload-warm-up"), 1);
            heapBefore = LiveHeap.megabytes(node.process());
            overload = overload(client, node, rate, options.seconds("measure"), 2);
        }
        double heapAfter = LiveHeap.megabytes(node.process());
        judge(capacity, overload, heapBefore, heapAfter);
        overload.measurement().write(bench.results().file("requests.csv.gz"));
    }

    private double capacity(Node node) throws InterruptedException {
        try (Client client = new Client(Duration.ofSeconds(30))) {
            return ClosedLoop.run(
                    client,
                    List.of(node.target()),
                    bench.sentences(1),
                    options.integer("clients"),
                    options.seconds("warm-up"),
                    options.seconds("capacity"))[0];
        }
    }

    /**
     * A stretch of overload.
     *
     * @param bare refusals without Retry-After
     * @param resident the node's memory in RAM, in bytes, each second
     */
    private record Overload(Measurement measurement, int bare, Usage.Cores cores, List<Long> resident) {}

    private Overload overload(Client client, Node node, double rate, Duration length, int run) throws Exception {
        Trace trace = Trace.poisson(new SplittableRandom(options.integer("seed") + run), rate, length);
        AtomicInteger bare = new AtomicInteger();
        List<Long> resident = new ArrayList<>();
        Usage usage = new Usage(Map.of("generator", CpuUse::ofMyself, "node", node.process()::cpu));
        Thread sampler = Thread.ofPlatform().daemon().start(() -> sample(node, run, resident));
        OpenLoop loop = OpenLoop.send(client, node.target(), trace, bench.sentences(1 + run), (status, headers, _) -> {
            if (status == TOO_MANY_REQUESTS && !headers.contains("Retry-After")) {
                bare.incrementAndGet();
            }
        });
        Usage.Cores cores = usage.soFar();
        sampler.interrupt();
        sampler.join();
        Measurement measurement = loop.await();
        return new Overload(measurement, bare.get(), cores, resident);
    }

    private void sample(Node node, int run, List<Long> resident) {
        Table csv = new Table("second", "resident_bytes");
        try {
            while (true) {
                Thread.sleep(Duration.ofSeconds(1));
                resident.add(node.residentBytes());
                csv.row(resident.size(), resident.getLast())
                        .appendLastTo(bench.results().file("memory-" + run + ".csv"));
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    private void judge(double capacity, Overload overload, double heapBefore, double heapAfter) {
        Bars bars = bench.bars();
        Measurement measurement = overload.measurement();
        double seconds = options.number("measure");
        double goodput = measurement.successesWithin(options.seconds("measure")) / seconds;
        bars.row(
                "goodput at %s times the capacity".formatted(options.text("times")),
                ">= 0.95 x capacity",
                goodput >= 0.95 * capacity,
                "%.1f/s of %.1f/s: %.3f",
                goodput,
                capacity,
                goodput / capacity);
        Map<Integer, Integer> errors = measurement.errorsByStatus();
        int refused = errors.getOrDefault(TOO_MANY_REQUESTS, 0);
        bars.row(
                "answers that are neither 200 nor 429",
                "0",
                measurement.errors() == refused,
                "%d of %d %s",
                measurement.errors() - refused,
                measurement.requests(),
                errors);
        bars.row(
                "429 without Retry-After",
                "0",
                overload.bare() == 0 && refused > 0,
                "%d of %d",
                overload.bare(),
                refused);
        Measurement.Latency refusals = measurement.answeredWith(TOO_MANY_REQUESTS);
        bars.row(
                "p99 of the refusals",
                "<= 20 ms",
                refused > 0 && refusals.p99() <= 20,
                "%.1f ms (p50 %.1f, most %.1f)",
                refusals.p99(),
                refusals.p50(),
                refusals.max());
        int third = overload.resident().size() / 3;
        double first = mean(overload.resident().subList(0, third));
        double last = mean(overload.resident()
                .subList(overload.resident().size() - third, overload.resident().size()));
        bars.row(
                "memory in RAM, last third against the first",
                "growth <= 5 %",
                first > 0 && last <= 1.05 * first,
                "%+.1f %% (%.0f to %.0f MB)",
                100 * (last / first - 1),
                first / MEGA,
                last / MEGA);
        bars.row(
                "heap in use after a full collection, before and after",
                "growth <= 5 %",
                heapBefore > 0 && heapAfter <= 1.05 * heapBefore,
                "%+.1f %% (%.1f to %.1f MB)",
                100 * (heapAfter / heapBefore - 1),
                heapBefore,
                heapAfter);
        Usage.Cores cores = overload.cores();
        bars.row(
                "the generator is not the limit",
                "its CPU <= 0.7, requests late by <= 5 ms (p99)",
                cores.of("generator") <= 0.7 && measurement.lateness().p99() <= 5,
                "%.2f cores, p99 %.2f ms late; node %.2f, others %.2f cores",
                cores.of("generator"),
                measurement.lateness().p99(),
                cores.of("node"),
                cores.noise());
    }

    private static double mean(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).average().orElse(0);
    }
}
