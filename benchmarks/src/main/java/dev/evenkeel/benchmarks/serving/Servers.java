package dev.evenkeel.benchmarks.serving;

import dev.evenkeel.benchmarks.fleet.Sentences;
import dev.evenkeel.benchmarks.host.Child;
import dev.evenkeel.benchmarks.host.CpuUse;
import dev.evenkeel.benchmarks.host.Ports;
import dev.evenkeel.benchmarks.load.Client;
import dev.evenkeel.benchmarks.load.Clients;
import dev.evenkeel.benchmarks.node.Bench;
import dev.evenkeel.benchmarks.node.Node;
import dev.evenkeel.benchmarks.report.Table;
import dev.evenkeel.benchmarks.run.Options;
import dev.evenkeel.benchmarks.run.Usage;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The node and its peer: both up for the whole run, on the same CPU, and paused but for their turns. */
final class Servers {

    private static final Duration TIME_LIMIT = Duration.ofSeconds(60);
    private static final double[] PERCENTILES = {1, 5, 10, 25, 50, 75, 90, 95, 99, 99.9, 100};

    private final Bench bench;
    private final Options options;
    private final Node node;
    private final Node peer;
    private final Vocabulary vocabulary;
    private final Table runs = new Table(
            "stretch",
            "server",
            "lengths",
            "clients",
            "inputs a request",
            "inputs/s",
            "p50 ms",
            "p99 ms",
            "CPU ms/request",
            "padded/real",
            "mean batch",
            "failed",
            "noise cores");
    private final Table percentiles =
            new Table("stretch", "server", "lengths", "clients", "inputs a request", "percentile", "ms");
    private double mostNoise;

    private Servers(Bench bench, Node node, Node peer, Vocabulary vocabulary) {
        this.bench = bench;
        options = bench.options();
        this.node = node;
        this.peer = peer;
        this.vocabulary = vocabulary;
    }

    /** Starts both, one after the other, and leaves them warm and paused. */
    static Servers start(Bench bench) throws InterruptedException {
        Node node = node(bench, "node", bench.options().words("node-args"));
        Vocabulary vocabulary = Vocabulary.of(node, Sentences.words());
        node.process().pause();
        Node peer = bench.options().text("peer").equals("node")
                ? node(bench, "peer", List.of("--evenkeel.workers=1", "--evenkeel.models[0].max-batch=1"))
                : plain(bench);
        vocabulary.requireOf(peer);
        peer.process().pause();
        Servers servers = new Servers(bench, node, peer, vocabulary);
        for (Node each : List.of(node, peer)) {
            bench.results().progress("warming %s", each.process().name());
            Texts texts = servers.texts(Lengths.mixed(), 0);
            var _ = servers.load(each, texts, 64, 1, bench.options().seconds("full-load"), Duration.ofSeconds(1));
        }
        return servers;
    }

    private static Node node(Bench bench, String name, List<String> args) throws InterruptedException {
        Options options = bench.options();
        List<String> settings = new ArrayList<>(Bench.serving(Bench.url(Path.of(options.text("encoder")))));
        settings.addAll(args);
        Node node = bench.start(name, options.text("server-cpus"), options.words("server-jvm"), settings);
        bench.awaitReady(node);
        return node;
    }

    private static Node plain(Bench bench) throws InterruptedException {
        int port = Ports.free(1).getFirst();
        List<String> command = plainCommand(bench);
        command.addAll(List.of(
                "serve",
                "--server.port=" + port,
                "--server.address=127.0.0.1",
                "--plain.folder=" + Path.of(bench.options().text("encoder")).toAbsolutePath(),
                "--plain.model=" + Bench.MODEL,
                "--plain.workers=1"));
        long start = System.nanoTime();
        Child process = bench.cleanup()
                .add(Child.start("peer", bench.results().logs(), bench.options().text("server-cpus"), false, command));
        bench.services().await(process, URI.create("http://localhost:" + port + "/ready"), Bench.STARTS_WITHIN);
        return new Node(process, port, port, start);
    }

    /** What starts the plain server's jar, without its arguments. */
    static List<String> plainCommand(Bench bench) {
        String jar = bench.options().text("peer-jar");
        Path path = jar.isEmpty() ? bench.services().jar("benchmarks/plain-server") : Path.of(jar);
        return bench.java(bench.options().words("server-jvm"), path);
    }

    Texts texts(Lengths lengths, int run) {
        return new Texts(lengths, options.integer("seed"), run, vocabulary);
    }

    /** The node's turn. */
    Stretch node(Texts texts, int clients, int inputs) throws InterruptedException {
        Stretch stretch = turn(node, texts, clients, inputs);
        if (stretch.batches().batches() <= 0) {
            throw new IllegalStateException(
                    "the node answered requests, but its /actuator/prometheus counts no evenkeel_batch_*: see its log");
        }
        return stretch;
    }

    /** The peer's turn. */
    Stretch peer(Texts texts, int clients, int inputs) throws InterruptedException {
        return turn(peer, texts, clients, inputs);
    }

    private Stretch turn(Node server, Texts texts, int clients, int inputs) throws InterruptedException {
        Stretch stretch = load(server, texts, clients, inputs, options.seconds("warm-up"), options.seconds("stretch"));
        keep(server.process().name(), texts, clients, stretch);
        return stretch;
    }

    private Stretch load(Node server, Texts texts, int clients, int inputs, Duration warmUp, Duration length)
            throws InterruptedException {
        server.process().resume();
        Batches before = batches(server);
        Clients.Counted counted;
        Usage.Cores cores;
        // a client for each turn: a server may close connections that were idle while it was paused
        try (Client client = new Client(TIME_LIMIT)) {
            try (Clients load = Clients.start(client, server.target(), texts.bodies(inputs), clients)) {
                Thread.sleep(warmUp);
                Usage usage = new Usage(Map.of(
                        "generator", CpuUse::ofMyself, "node", node.process()::cpu, "peer", peer.process()::cpu));
                load.startCounting();
                Thread.sleep(length);
                counted = load.counted();
                cores = usage.soFar();
            }
        }
        Batches batches = batches(server).since(before);
        server.process().pause();
        if (counted.nanos().getTotalCount() == 0) {
            throw new IllegalStateException("%s answered no request of %d clients in %s: see its log"
                    .formatted(server.process().name(), clients, length));
        }
        double cpuSeconds = cores.of(server.process().name()) * cores.seconds();
        return new Stretch(counted, inputs, cpuSeconds, batches, cores.noise());
    }

    private static Batches batches(Node server) {
        return Batches.of(server.meters());
    }

    private void keep(String name, Texts texts, int clients, Stretch stretch) {
        mostNoise = Math.max(mostNoise, stretch.noise());
        String lengths = texts.lengths().name();
        runs.row(
                        texts.run(),
                        name,
                        lengths,
                        clients,
                        stretch.inputs(),
                        Format.of(1, stretch.inputsPerSecond()),
                        Format.of(3, stretch.p50()),
                        Format.of(3, stretch.p99()),
                        Format.of(3, stretch.cpuMillisPerRequest()),
                        Format.of(3, stretch.batches().paddedToReal()),
                        Format.of(2, stretch.batches().meanInputs()),
                        stretch.counted().failed(),
                        Format.of(2, stretch.noise()))
                .appendLastTo(bench.results().file("runs.csv"));
        for (double percentile : PERCENTILES) {
            percentiles
                    .row(
                            texts.run(),
                            name,
                            lengths,
                            clients,
                            stretch.inputs(),
                            percentile,
                            Format.of(3, stretch.counted().millisAt(percentile)))
                    .appendLastTo(bench.results().file("percentiles.csv"));
        }
        bench.results()
                .progress(
                        "%s, %s tokens, %d x %d inputs: %.1f inputs/s, p50 %.2f ms, p99 %.2f ms",
                        name,
                        lengths,
                        clients,
                        stretch.inputs(),
                        stretch.inputsPerSecond(),
                        stretch.p50(),
                        stretch.p99());
    }

    /** The cores that others used in the worst stretch. */
    double mostNoise() {
        return mostNoise;
    }
}
