package dev.evenkeel.gateway.node;

import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.pick.Prober;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/**
 * Sends the probes of a policy that probes to {@code /actuator/load}, over connections of its own: a probe that waits for
 * one behind requests would be as late as they are. A node that answers slowly is probed no more than a few times at once;
 * what goes wrong is the poller's business.
 */
public final class LoadProber implements Prober, AutoCloseable {

    /** Later nobody wants to know: as long as Prequal keeps a probe. */
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private static final int MAX_IN_FLIGHT = 4;

    private final Nodes nodes;
    private final LongSupplier nanoTime;
    private final ConnectionProvider connections;
    private final HttpClient http;

    /** By node id, probes that were sent and are not over. */
    private final Map<String, Integer> inFlight = new ConcurrentHashMap<>();

    public LoadProber(Nodes nodes, LongSupplier nanoTime) {
        this.nodes = nodes;
        this.nanoTime = nanoTime;
        this.connections = ConnectionProvider.builder("node-prober")
                .maxConnections(MAX_IN_FLIGHT)
                .maxIdleTime(Duration.ofSeconds(10))
                .build();
        this.http = HttpClient.create(connections).responseTimeout(TIMEOUT);
    }

    @Override
    public void probe(Endpoint endpoint, Answer answer) {
        nodes.find(endpoint.id())
                .filter(node -> begin(node.id()))
                .ifPresent(node -> Actuator.ask(http, node)
                        .timeout(TIMEOUT)
                        .filter(told -> told.status().instance().equals(node.id()))
                        .doOnNext(told -> answer.arrived(told.report(), nanoTime.getAsLong()))
                        .onErrorResume(_ -> Mono.empty())
                        .doFinally(_ -> end(node.id()))
                        .subscribe());
    }

    @Override
    public void close() {
        connections.dispose();
    }

    private boolean begin(String id) {
        boolean[] begun = new boolean[1];
        inFlight.compute(id, (_, before) -> {
            int count = before == null ? 0 : before;
            begun[0] = count < MAX_IN_FLIGHT;
            return begun[0] ? count + 1 : count;
        });
        return begun[0];
    }

    private void end(String id) {
        inFlight.computeIfPresent(id, (_, before) -> before <= 1 ? null : before - 1);
    }
}
