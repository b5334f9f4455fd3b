package dev.evenkeel.benchmarks.sidebyside;

import dev.evenkeel.balancer.Policies;
import dev.evenkeel.benchmarks.fleet.Fleet;
import dev.evenkeel.benchmarks.host.Child;
import dev.evenkeel.benchmarks.host.Ports;
import dev.evenkeel.benchmarks.node.Bench;
import dev.evenkeel.benchmarks.overhead.StockGateway;
import dev.evenkeel.benchmarks.peer.Proxies;
import dev.evenkeel.benchmarks.peer.WeightAgent;
import dev.evenkeel.benchmarks.run.Options;
import dev.evenkeel.benchmarks.run.Services;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Who is compared, and in what part: against whom a bar holds us. */
final class Subjects {

    /** Ours, by the policy that is the default. */
    static final String OURS = Policies.DEFAULT;

    /** Spring Cloud Gateway as it comes, round robin over Eureka. */
    static final String STOCK = "stock-gateway";

    /** Policies that read our load report. Prequal is none: what its probes fetch is its own. */
    private static final List<String> FED_POLICIES =
            List.of("weighted-least-requests", "weighted-round-robin", "least-cpu");

    private static final Duration STARTS_WITHIN = Duration.ofMinutes(3);

    private Subjects() {}

    /** Everybody, ours first. */
    static List<String> everybody() {
        return Stream.of(Policies.names().stream(), Stream.of(STOCK), Proxies.names().stream())
                .flatMap(names -> names)
                .toList();
    }

    /** It needs our report to balance. */
    static boolean isFed(String name) {
        return FED_POLICIES.contains(name) || Proxies.isFed(name);
    }

    /** Somebody else, without our report. */
    static boolean isUnfedPeer(String name) {
        return !name.equals(OURS) && !isFed(name);
    }

    /**
     * Starts one and returns when it answers through a node.
     *
     * @param log what its log is called
     * @throws Options.Wrong for a name that is nobody's
     */
    static Subject start(String name, String log, Ground ground, WeightAgent agent) throws InterruptedException {
        Options options = ground.options();
        Fleet fleet = ground.fleet();
        Bench bench = ground.bench();
        Services services = bench.services();
        Subject subject;
        if (Proxies.isOne(name)) {
            int port = Ports.free(1).getFirst();
            Child proxy = Proxies.start(
                    name,
                    Path.of(options.text("peers")),
                    bench.results().logs().resolve(log),
                    options.text("gateway-cpus"),
                    port,
                    fleet.nodes().stream().map(Fleet.Node::port).toList(),
                    agent::port);
            subject = new Subject(name, bench.cleanup().add(proxy), port);
        } else if (name.equals(STOCK)) {
            List<Integer> ports = Ports.free(2);
            Child stock = StockGateway.start(
                    services,
                    log,
                    options.text("gateway-cpus"),
                    options.words("gateway-jvm"),
                    fleet.registryZone(),
                    ports.get(0),
                    ports.get(1));
            subject = new Subject(name, stock, ports.getFirst());
        } else if (Policies.names().contains(name)) {
            Fleet.Gateway gateway = fleet.startGateway("gateway-" + log, name);
            return new Subject(name, gateway.process(), gateway.port());
        } else {
            throw new Options.Wrong("'" + name + "' is no subject; it may be " + String.join(", ", everybody()));
        }
        services.await(subject.process(), subject.uri(), fleet.probe(), STARTS_WITHIN);
        return subject;
    }
}
