package dev.evenkeel.benchmarks.fleet;

import dev.evenkeel.benchmarks.host.Child;
import dev.evenkeel.benchmarks.host.Cleanup;
import dev.evenkeel.benchmarks.host.CpuGroup;
import dev.evenkeel.benchmarks.host.Ports;
import dev.evenkeel.benchmarks.load.Measurement;
import dev.evenkeel.benchmarks.load.Target;
import dev.evenkeel.benchmarks.run.Options;
import dev.evenkeel.benchmarks.run.Services;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * A registry, model nodes, and a gateway for each policy. Those that are not under test are paused, so that they ask the
 * nodes nothing.
 */
public final class Fleet {

    public static final String PATH = "/v1/embeddings";

    /**
     * Requests inside a model node that finishes the most it can. A batch is made of texts of like length among those that
     * wait: 8, 16 and 32 inside finish 59, 77 and 92 % of what 64 do, and 128 no more. One that was warmed by short queues
     * does half of it at first.
     */
    public static final int SATURATED = 64;

    /** Flags of gateways, the stock one included, as {@code bin/evenkeel} has them. */
    public static final String GATEWAY_JVM =
            "-Xmx384m -XX:+UseCompactObjectHeaders -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED";

    private static final Duration PERIOD = Duration.ofMillis(20);
    private static final Duration STARTS_WITHIN = Duration.ofMinutes(5);
    private static final Duration GATEWAY_STARTS_WITHIN = Duration.ofMinutes(2);
    private static final Duration IDLE_WITHIN = Duration.ofMinutes(5);

    private final Options options;
    private final Services services;
    private final Cleanup cleanup;
    private final NodeProgram program;
    private final Surroundings surroundings;
    private final Registries registries;
    private final List<Node> nodes = new ArrayList<>();
    private final byte[] probe;

    /**
     * A model node.
     *
     * @param cpus what its cgroup will grant
     * @param management the port of its actuator
     */
    public record Node(String name, double cpus, int port, int management, Child process) {

        public Target target() {
            return Target.local(port, PATH);
        }

        public URI uri() {
            return URI.create("http://localhost:" + port + PATH);
        }

        /** Answers 200 once it is ready; requests are answered before, while it still warms itself. */
        URI readiness() {
            return uri().resolve("/readyz");
        }

        /** Its share of a run's answers, whether the gateway calls it by its name or by its address. */
        public double shareOf(Measurement measurement) {
            Map<String, Double> shares = measurement.shares();
            return shares.getOrDefault(name, shares.getOrDefault("127.0.0.1:" + port, 0.0));
        }
    }

    /**
     * What is between the parts of the fleet, and around them.
     *
     * @param registries how many there are
     * @param nodesWay where nodes find a registry, given where it is
     * @param gatewaysWay where gateways find it
     * @param nodeStarted is told of each node's process at once, before it has allocated anything
     */
    public record Surroundings(
            int registries,
            UnaryOperator<URI> nodesWay,
            UnaryOperator<URI> gatewaysWay,
            BiConsumer<String, Child> nodeStarted) {

        /** Nothing. */
        public static final Surroundings NONE =
                new Surroundings(1, UnaryOperator.identity(), UnaryOperator.identity(), (_, _) -> {});
    }

    /**
     * One that picks by a policy.
     *
     * @param management the port of its actuator
     */
    public record Gateway(String policy, Child process, int port, int management) {

        public Target target() {
            return Target.local(port, PATH);
        }

        public URI uri() {
            return URI.create("http://localhost:" + port + PATH);
        }
    }

    /**
     * Starts registry and nodes, and returns when each node is ready. They have the CPU to themselves until
     * {@link #limit}: starting in a tenth of a CPU would take minutes.
     *
     * @param model is in the requests
     * @param cpus that each node will be granted
     */
    public Fleet(
            Options options, Services services, Cleanup cleanup, String model, NodeProgram program, List<Double> cpus)
            throws InterruptedException {
        this(options, services, cleanup, model, program, cpus, Surroundings.NONE);
    }

    /** As the other, with something between its parts. */
    public Fleet(
            Options options,
            Services services,
            Cleanup cleanup,
            String model,
            NodeProgram program,
            List<Double> cpus,
            Surroundings surroundings)
            throws InterruptedException {
        this.surroundings = surroundings;
        this.program = program;
        this.options = options;
        this.services = services;
        this.cleanup = cleanup;
        probe = new Sentences(model, 7, 0, 8, 8).body(0);
        registries = new Registries(services, options.text("gateway-cpus"), surroundings.registries());
        List<Integer> ports = Ports.free(2 * cpus.size());
        for (int i = 0; i < cpus.size(); i++) {
            String name = "node-%d-%scpu".formatted(i + 1, cpus.get(i));
            nodes.add(startNode(name, cpus.get(i), ports.get(2 * i), ports.get(2 * i + 1)));
        }
        for (Node node : nodes) {
            services.await(node.process(), node.readiness(), STARTS_WITHIN);
        }
    }

    private Node startNode(String name, double cpus, int port, int management) {
        List<URI> way = registries.uris().stream().map(surroundings.nodesWay()).toList();
        Child process = program.start(new NodeProgram.Place(name, cpus, port, management, way));
        surroundings.nodeStarted().accept(name, process);
        return new Node(name, cpus, port, management, process);
    }

    /** A service's argument: where the registries are. */
    static String zone(List<URI> registries) {
        return "--eureka.client.service-url.defaultZone="
                + registries.stream().map(URI::toString).collect(Collectors.joining(","));
    }

    /** Starts the first registry again, which has ended, and returns when it answers: it knows what its peer knows. */
    public void replaceRegistry() throws InterruptedException {
        registries.replaceFirst();
    }

    /** Starts a node again that has ended, where it was, and returns when it is ready. */
    public Node replace(Node ended) throws InterruptedException {
        Node next = startNode(ended.name(), ended.cpus(), ended.port(), ended.management());
        services.await(next.process(), next.readiness(), STARTS_WITHIN);
        nodes.set(nodes.indexOf(ended), next);
        return next;
    }

    /** In their order; a copy. */
    public List<Node> nodes() {
        return List.copyOf(nodes);
    }

    /** Where a service that is to find the nodes looks for them. */
    public String registryZone() {
        return zone(gatewaysRegistries());
    }

    /** Where gateways find each registry. */
    public List<URI> gatewaysRegistries() {
        return registries.uris().stream().map(surroundings.gatewaysWay()).toList();
    }

    /** What a service is asked to see whether it answers. */
    public byte[] probe() {
        return probe.clone();
    }

    public List<Target> targets() {
        return nodes.stream().map(Node::target).toList();
    }

    /** The first one. */
    public Child registry() {
        return registries.first();
    }

    /** Where that one itself is asked, whatever way others take to it. */
    public URI registryUri() {
        return registries.uris().getFirst();
    }

    /** Puts every node into a CPU cgroup of its own. */
    public List<CpuGroup> limit() {
        List<CpuGroup> groups = new ArrayList<>();
        for (Node node : nodes) {
            String name =
                    "evenkeel-bench-%d-%s".formatted(ProcessHandle.current().pid(), node.name());
            CpuGroup group = cleanup.add(CpuGroup.create(name, node.cpus(), PERIOD));
            group.add(node.process().pid());
            groups.add(group);
        }
        return groups;
    }

    /** Returns when the gateway has answered through a node. */
    public Gateway startGateway(String policy) throws InterruptedException {
        return startGateway("gateway-" + policy, policy);
    }

    /** One of several that pick by the same policy. */
    public Gateway startGateway(String name, String policy) throws InterruptedException {
        List<Integer> ports = Ports.free(2);
        List<String> args = new ArrayList<>(List.of(
                registryZone(),
                "--server.port=" + ports.get(0),
                "--management.server.port=" + ports.get(1),
                "--server.address=127.0.0.1",
                "--evenkeel.balancer.policy=" + policy));
        args.addAll(options.words("gateway-args"));
        Child process = services.start(
                name, "gateway-service", options.text("gateway-cpus"), options.words("gateway-jvm"), args);
        Gateway gateway = new Gateway(policy, process, ports.get(0), ports.get(1));
        awaitAnswer(gateway);
        return gateway;
    }

    /** Returns when the gateway answers through a node, as it soon does after a pause. */
    public void awaitAnswer(Gateway gateway) throws InterruptedException {
        services.await(gateway.process(), gateway.uri(), probe, GATEWAY_STARTS_WITHIN);
    }

    /** Returns when no node has work left of an earlier run: each answers a lone request in less than a second. */
    public boolean awaitIdle() throws InterruptedException {
        long end = System.nanoTime() + IDLE_WITHIN.toNanos();
        Duration soon = Duration.ofSeconds(1);
        for (Node node : nodes) {
            while (services.timeOf(node.uri(), probe, Duration.ofSeconds(10)).compareTo(soon) >= 0) {
                if (System.nanoTime() > end) {
                    return false;
                }
                Thread.sleep(Duration.ofMillis(200));
            }
        }
        return true;
    }
}
