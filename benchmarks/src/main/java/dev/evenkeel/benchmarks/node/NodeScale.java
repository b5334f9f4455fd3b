package dev.evenkeel.benchmarks.node;

import dev.evenkeel.benchmarks.fleet.Fleet;
import dev.evenkeel.benchmarks.host.Child;
import dev.evenkeel.benchmarks.host.CpuGroup;
import dev.evenkeel.benchmarks.host.CpuUse;
import dev.evenkeel.benchmarks.host.Ports;
import dev.evenkeel.benchmarks.load.Client;
import dev.evenkeel.benchmarks.load.ClosedLoop;
import dev.evenkeel.benchmarks.load.Target;
import dev.evenkeel.benchmarks.report.Spread;
import dev.evenkeel.benchmarks.report.Table;
import dev.evenkeel.benchmarks.run.Options;
import dev.evenkeel.benchmarks.run.Services;
import dev.evenkeel.benchmarks.run.Usage;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What n nodes of a small share of a CPU finish behind the gateway, against n times what one does. The fleet grows and
 * then shrinks again by ordinary drains, each size measured on the way up and on the way down.
 */
public final class NodeScale {

    private static final Duration PERIOD = Duration.ofMillis(20);

    /** A gateway needs this long to hear that a node came or left. */
    private static final Duration ALL_KNOWN = Duration.ofSeconds(5);

    private record Limited(Node node, CpuGroup group) {}

    private record Sample(String way, double rate, Usage.Cores cores) {}

    private final Bench bench;
    private final Options options;
    private final List<Limited> nodes = new ArrayList<>();
    private final Map<Integer, List<Sample>> samples = new TreeMap<>();
    private final Table csv =
            new Table("nodes", "way", "rate", "gateway", "generator", "registry", "node_cores", "others");
    private int runNumber;

    private NodeScale(Bench bench) {
        this.bench = bench;
        this.options = bench.options();
    }

    public static void run(String[] args) throws Exception {
        Options options = Bench.commonOptions()
                .with("nodes", "1,2,4,8", "sizes of the fleet, rising, the first of them 1")
                .with("clients", "8", "requests in the fleet for each node: a full batch")
                .with("warm-up", "15", "seconds of load before each measured stretch")
                .with("measure", "30", "seconds of a measured stretch")
                .with("node-warm-up", "10", "seconds of full load for each new node before it is limited")
                .with("node-cpu", "0.12", "CPUs that each node is granted")
                .with("node-cpus", "1", "the CPUs that nodes run on, as taskset takes them")
                .with("gateway-cpus", "0", "the CPUs of gateway and registry")
                .with("node-args", "--evenkeel.workers=1", "further arguments of the nodes")
                .with(
                        "node-jvm",
                        "-Xmx256m -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED",
                        "flags of the nodes; small, so that 8 fit")
                .with("gateway-args", "", "further arguments of the gateway")
                .with("gateway-jvm", Fleet.GATEWAY_JVM, "flags of the gateway, as bin/evenkeel has them")
                .parse(args);
        Bench.run("node-scale", options, bench -> new NodeScale(bench).run());
    }

    private void run() throws InterruptedException {
        List<Integer> sizes =
                options.list("nodes").stream().map(Integer::valueOf).toList();
        if (sizes.isEmpty()
                || sizes.getFirst() != 1
                || !sizes.equals(sizes.stream().sorted().distinct().toList())) {
            throw new Options.Wrong("--nodes is '" + options.text("nodes") + "'; it must rise and begin with 1");
        }
        List<Integer> ports = Ports.free(3);
        String zone = "--eureka.client.service-url.defaultZone=" + Services.registryUri(ports.get(0));
        Child registry = bench.services().startRegistry(ports.get(0), options.text("gateway-cpus"));
        grow(1, zone);
        List<String> gatewayArgs = new ArrayList<>(List.of(
                zone,
                "--server.port=" + ports.get(1),
                "--management.server.port=" + ports.get(2),
                "--server.address=127.0.0.1"));
        gatewayArgs.addAll(options.words("gateway-args"));
        Child gateway = bench.services()
                .start(
                        "gateway",
                        "gateway-service",
                        options.text("gateway-cpus"),
                        options.words("gateway-jvm"),
                        gatewayArgs);
        Target entry = Target.local(ports.get(1), Node.PATH);
        URI uri = URI.create("http://localhost:" + ports.get(1) + Node.PATH);
        bench.services().await(gateway, uri, bench.sentences(0).body(0), Bench.STARTS_WITHIN);
        // the gateway's code is compiled before the first figure
        rate(entry, 1, options.seconds("node-warm-up"), Duration.ofSeconds(5));

        for (int size : sizes) {
            grow(size, zone);
            measure(size, "up", entry, gateway, registry);
        }
        for (int size : sizes.reversed()) {
            shrink(size);
            measure(size, "down", entry, gateway, registry);
        }
        judge();
    }

    /** Starts nodes until there are so many; each has the CPU to itself until it is warm. */
    private void grow(int size, String zone) throws InterruptedException {
        List<Node> fresh = new ArrayList<>();
        while (nodes.size() + fresh.size() < size) {
            List<String> settings = new ArrayList<>(Bench.serving(Bench.url(Path.of(options.text("encoder")))));
            settings.add(zone);
            settings.addAll(options.words("node-args"));
            String name = "node-" + (nodes.size() + fresh.size() + 1);
            fresh.add(bench.start(name, options.text("node-cpus"), options.words("node-jvm"), settings));
        }
        if (fresh.isEmpty()) {
            return;
        }
        for (Node node : fresh) {
            bench.awaitReady(node);
        }
        try (Client client = new Client(Duration.ofSeconds(30))) {
            Duration length = options.seconds("node-warm-up").multipliedBy(fresh.size());
            List<Target> targets = fresh.stream().map(Node::target).toList();
            ClosedLoop.run(client, targets, bench.sentences(++runNumber), 4, Duration.ZERO, length);
        }
        for (Node node : fresh) {
            String name = "evenkeel-bench-%d-%s"
                    .formatted(ProcessHandle.current().pid(), node.process().name());
            CpuGroup group = bench.cleanup().add(CpuGroup.create(name, options.number("node-cpu"), PERIOD));
            group.add(node.process().pid());
            nodes.add(new Limited(node, group));
        }
        bench.results().progress("%d nodes", nodes.size());
    }

    /** Drains and ends nodes until there are so many. A node leaves its group first: an ending node may hurry. */
    private void shrink(int size) {
        while (nodes.size() > size) {
            Limited last = nodes.removeLast();
            bench.cleanup().close(last.group());
            bench.services().stop(last.node().process());
        }
    }

    private void measure(int size, String way, Target entry, Child gateway, Child registry)
            throws InterruptedException {
        Thread.sleep(ALL_KNOWN);
        rate(entry, size, options.seconds("warm-up"), Duration.ofSeconds(1));
        Usage usage = new Usage(Map.of(
                "generator",
                CpuUse::ofMyself,
                "gateway",
                gateway::cpu,
                "registry",
                registry::cpu,
                "nodes",
                () -> nodes.stream().map(each -> each.node().process().cpu()).reduce(Duration.ZERO, Duration::plus)));
        double rate = rate(entry, size, Duration.ofSeconds(2), options.seconds("measure"));
        Sample sample = new Sample(way, rate, usage.soFar());
        samples.computeIfAbsent(size, _ -> new ArrayList<>()).add(sample);
        Usage.Cores cores = sample.cores();
        csv.row(
                        size,
                        way,
                        two(rate),
                        two(cores.of("gateway")),
                        two(cores.of("generator")),
                        two(cores.of("registry")),
                        two(cores.of("nodes")),
                        two(cores.noise()))
                .appendLastTo(bench.results().file("runs.csv"));
        bench.results()
                .progress(
                        "%d nodes, on the way %s: %.1f/s; gateway %.2f, generator %.2f, nodes %.2f, others %.2f cores",
                        size, way, rate, cores.of("gateway"), cores.of("generator"), cores.of("nodes"), cores.noise());
    }

    private double rate(Target entry, int size, Duration warmUp, Duration length) throws InterruptedException {
        try (Client client = new Client(Duration.ofSeconds(30))) {
            return ClosedLoop.run(
                    client,
                    List.of(entry),
                    bench.sentences(++runNumber),
                    options.integer("clients") * size,
                    warmUp,
                    length)[0];
        }
    }

    private void judge() {
        bench.results().report("%n%s", csv.markdown());
        double one = mean(1);
        for (int size : samples.keySet()) {
            double times = mean(size) / one;
            bench.bars()
                    .row(
                            "throughput of %d, against one node's".formatted(size),
                            String.format(Locale.ROOT, ">= %.2f times", 0.95 * size),
                            times >= 0.95 * size,
                            "%.2f times, %s/s",
                            times,
                            Spread.of(samples.getOrDefault(size, List.of()), Sample::rate)
                                    .text(1));
        }
        double busiest = samples.values().stream()
                .flatMap(List::stream)
                .map(Sample::cores)
                .mapToDouble(cores -> cores.of("gateway") + cores.of("generator") + cores.of("registry"))
                .max()
                .orElse(0);
        bench.bars()
                .row(
                        "gateway, generator and registry are not the limit",
                        "together <= 0.8 of their CPU",
                        busiest <= 0.8,
                        "%.2f cores at most",
                        busiest);
    }

    private double mean(int size) {
        return samples.getOrDefault(size, List.of()).stream()
                .mapToDouble(Sample::rate)
                .average()
                .orElse(0);
    }

    private static String two(double figure) {
        return String.format(Locale.ROOT, "%.2f", figure);
    }
}
