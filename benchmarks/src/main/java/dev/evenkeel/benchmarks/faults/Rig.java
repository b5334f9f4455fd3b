package dev.evenkeel.benchmarks.faults;

import dev.evenkeel.benchmarks.fleet.Fleet;
import dev.evenkeel.benchmarks.fleet.NodeProgram;
import dev.evenkeel.benchmarks.fleet.Sentences;
import dev.evenkeel.benchmarks.host.Child;
import dev.evenkeel.benchmarks.host.CpuGroup;
import dev.evenkeel.benchmarks.host.MemoryGroup;
import dev.evenkeel.benchmarks.load.Client;
import dev.evenkeel.benchmarks.load.ClosedLoop;
import dev.evenkeel.benchmarks.load.Target;
import dev.evenkeel.benchmarks.node.Bench;
import dev.evenkeel.benchmarks.run.Options;
import dev.evenkeel.benchmarks.run.Services;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Registry, four nodes and some gateways; the first node in a memory group, all in CPU groups once they are warm, and
 * between the registry and the others links that can be cut. Whatever a fault leaves behind is put right by {@link #restore}.
 */
final class Rig {

    private static final double NODE_CPUS = 0.22;

    /** Of full load on a whole core, after which a node that its first compiler compiles gets no faster. */
    private static final Duration WARM_UP = Duration.ofSeconds(12);

    private static final Duration READY_WITHIN = Duration.ofMinutes(3);
    private static final Duration HEALS_WITHIN = Duration.ofMinutes(2);
    private static final String VICTIM = "node-1";

    private final Bench bench;
    private final Options options;
    private final Fleet fleet;
    private final List<CpuGroup> groups = new ArrayList<>();
    private final List<Fleet.Gateway> gateways = new ArrayList<>();
    private final Texts texts;
    private double[] capacities = {};
    private final Map<URI, Link> nodesLinks = new HashMap<>();
    private final Map<URI, Link> gatewaysLinks = new HashMap<>();
    private @Nullable MemoryGroup memory;
    private final Set<String> spoilt = new HashSet<>();
    private int gatewaysStarted;
    private int poisons;

    Rig(Bench bench) throws IOException, InterruptedException {
        this.bench = bench;
        this.options = bench.options();
        fleet = new Fleet(
                options,
                bench.services(),
                bench.cleanup(),
                Bench.MODEL,
                NodeProgram.models(options, bench.services(), Bench.MODEL),
                options.numbers("node-cpu"),
                new Fleet.Surroundings(
                        options.integer("registries"),
                        registry -> way(nodesLinks, registry),
                        registry -> way(gatewaysLinks, registry),
                        this::started));
        try (Client client = new Client(Duration.ofSeconds(30))) {
            warm(client, fleet.targets());
        }
        texts = Texts.answeredBy(fleet.nodes().getLast().uri(), Bench.MODEL, words(0), words(1));
        for (int i = 0; i < options.integer("gateways"); i++) {
            startGateway();
        }
        try (Client client = new Client(Duration.ofSeconds(30))) {
            ClosedLoop.run(
                    client,
                    targets(),
                    index -> texts.body(index),
                    fleet.nodes().size() * Fleet.SATURATED / gateways.size(),
                    options.seconds("warm-up"),
                    Duration.ofSeconds(1));
        }
        groups.addAll(fleet.limit());
        measure();
    }

    /** Finds out what the nodes finish now; a machine that others use too is not the same for long. */
    private void measure() throws InterruptedException {
        try (Client client = new Client(Duration.ofSeconds(30))) {
            capacities = ClosedLoop.run(
                    client,
                    fleet.targets(),
                    index -> texts.body(index),
                    Fleet.SATURATED,
                    Duration.ofSeconds(2),
                    options.seconds("capacity"));
            bench.results().progress("the nodes finish %.0f/s together: %s", capacity(), Arrays.toString(capacities));
        }
        fleet.awaitIdle();
    }

    private int words(int place) {
        String[] words = options.text("words").split("-", -1);
        return Integer.parseInt(words[Math.min(place, words.length - 1)]);
    }

    private URI way(Map<URI, Link> links, URI registry) {
        return Services.registryUri(links.computeIfAbsent(
                        registry, _ -> bench.cleanup().add(new Link(registry.getPort())))
                .port());
    }

    private void started(String name, Child process) {
        if (name.startsWith(VICTIM)) {
            MemoryGroup group = memory();
            group.limit(Long.MAX_VALUE);
            group.add(process.pid());
        }
        if (!groups.isEmpty()) {
            // as a container it has a share of the CPU while it starts, no more than each of the others
            CpuGroup group = groupOf(name);
            group.lift();
            group.add(process.pid());
        }
    }

    private CpuGroup groupOf(String node) {
        List<String> names = fleet.nodes().stream().map(Fleet.Node::name).toList();
        return groups.get(names.indexOf(node));
    }

    MemoryGroup memory() {
        if (memory == null) {
            memory = bench.cleanup()
                    .add(MemoryGroup.create("evenkeel-faults-%d"
                            .formatted(ProcessHandle.current().pid())));
        }
        return memory;
    }

    private void warm(Client client, List<Target> nodes) throws InterruptedException {
        Sentences sentences = new Sentences(Bench.MODEL, 12, 0, words(0), words(1));
        ClosedLoop.run(client, nodes, sentences, Fleet.SATURATED, WARM_UP.minusSeconds(1), Duration.ofSeconds(1));
    }

    private Fleet.Gateway startGateway() throws InterruptedException {
        Fleet.Gateway gateway = fleet.startGateway("gateway-" + ++gatewaysStarted, options.text("policy"));
        gateways.add(gateway);
        return gateway;
    }

    /** The most requests that the nodes finish a second, as it was measured last. */
    double capacity() {
        return Arrays.stream(capacities).sum();
    }

    /** Requests a second that the node at this place finished, before this run. */
    double capacityOf(int place) {
        return capacities[place];
    }

    Texts texts() {
        return texts;
    }

    Bench bench() {
        return bench;
    }

    Fleet fleet() {
        return fleet;
    }

    List<Fleet.Gateway> gateways() {
        return List.copyOf(gateways);
    }

    List<Target> targets() {
        return gateways.stream().map(Fleet.Gateway::target).toList();
    }

    /** What the second model never comes back from; none is a copy of another, which a gateway may know. */
    String poison() {
        return "{\"model\":\"blocking-encoder\",\"input\":\"zebra %d\"}".formatted(++poisons);
    }

    /** A prediction in the node does not come back: it serves again, but is not what it was. */
    void spoil(String node) {
        spoilt.add(node);
    }

    /** The node that something happens to. */
    Fleet.Node victim() {
        return fleet.nodes().getFirst();
    }

    /** Of the victim. */
    CpuGroup cpu() {
        return groups.getFirst();
    }

    /** Between the nodes and the registries. */
    Collection<Link> nodesLinks() {
        return nodesLinks.values();
    }

    /** Between the gateways and the registries. */
    Collection<Link> gatewaysLinks() {
        return gatewaysLinks.values();
    }

    /** Those of everybody to the first registry. */
    List<Link> linksToFirstRegistry() {
        return Stream.of(nodesLinks, gatewaysLinks)
                .map(links -> Objects.requireNonNull(links.get(fleet.registryUri()), "nobody has asked for the way"))
                .toList();
    }

    /** Starts a node anew that has ended, as it was: limited as soon as it is ready. */
    Fleet.Node replace(Fleet.Node ended) throws InterruptedException {
        Fleet.Node next = fleet.replace(ended);
        groupOf(next.name()).grant(NODE_CPUS);
        return next;
    }

    /** Everything is there, warm, measured and in rotation. */
    void restore() throws IOException, InterruptedException {
        heal();
        measure();
        heal(); // a node that was measured may have been too busy to say that it is there
    }

    private void heal() throws IOException, InterruptedException {
        cpu().grant(NODE_CPUS);
        memory().limit(Long.MAX_VALUE);
        for (Fleet.Node node : fleet.nodes()) {
            if (spoilt.remove(node.name()) || !node.process().alive() || !isReady(node)) {
                node.process().kill();
                node.process().awaitEnd(Duration.ofSeconds(10));
                Fleet.Node next = fleet.replace(node);
                try (Client client = new Client(Duration.ofSeconds(30))) {
                    warm(client, List.of(next.target()));
                }
                groupOf(next.name()).grant(NODE_CPUS);
            }
        }
        for (Fleet.Gateway gateway : List.copyOf(gateways)) {
            if (!Watch.answers(gateway)) {
                gateway.process().kill();
                gateways.remove(gateway);
            }
        }
        while (gateways.size() < options.integer("gateways")) {
            Fleet.Gateway gateway = startGateway();
            try (Client client = new Client(Duration.ofSeconds(30))) {
                ClosedLoop.run(
                        client,
                        List.of(gateway.target()),
                        index -> texts.body(index),
                        fleet.nodes().size() * Fleet.SATURATED,
                        options.seconds("warm-up"),
                        Duration.ofSeconds(1));
            }
        }
        for (Fleet.Gateway gateway : gateways) {
            awaitAllUp(gateway);
        }
        fleet.awaitIdle();
    }

    /** When the node on this port said for the first time that it is ready, on {@link System#nanoTime()}. */
    static long awaitReady(int port) throws InterruptedException {
        long end = System.nanoTime() + READY_WITHIN.toNanos();
        try (HttpClient http = HttpClient.newHttpClient()) {
            while (!isReady(http, port)) {
                if (System.nanoTime() - end > 0) {
                    throw new IllegalStateException("the node on port " + port + " is not ready");
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
            return System.nanoTime();
        }
    }

    private static boolean isReady(Fleet.Node node) throws InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return isReady(http, node.port());
        }
    }

    private static boolean isReady(HttpClient http, int port) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/readyz"))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == Load.OK;
        } catch (IOException e) {
            return false;
        }
    }

    private void awaitAllUp(Fleet.Gateway gateway) throws IOException, InterruptedException {
        long end = System.nanoTime() + HEALS_WITHIN.toNanos();
        try (Watch watch = new Watch(gateway);
                Client client = new Client(Duration.ofSeconds(30));
                Load trials = Load.start(client, List.of(gateway.target()), texts, 0.3 * capacity(), 1)) {
            while (!watch.states().entrySet().stream()
                    .filter(node -> node.getKey().startsWith("node-"))
                    .allMatch(node -> node.getValue().equals("UP"))) {
                if (System.nanoTime() - end > 0) {
                    throw new IllegalStateException(
                            "after " + HEALS_WITHIN + " the gateway's nodes are " + watch.states());
                }
                trials.goOn(Duration.ofMillis(200));
            }
            trials.goOn(Duration.ofSeconds(3)); // slow start is over
        }
        TimeUnit.MILLISECONDS.sleep(200); // what the last answers reported is known
    }
}
