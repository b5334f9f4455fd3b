package dev.evenkeel.benchmarks.backend;

import dev.evenkeel.benchmarks.host.Child;
import dev.evenkeel.benchmarks.run.Options;
import dev.evenkeel.benchmarks.run.Services;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.FullHttpRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Model nodes that do no work: every request is answered at once with the same embedding, a load report and an instance
 * id, as a node does. One process and one thread for all of them; each is in the registry by itself.
 */
public final class NullBackend {

    /** The one model that they serve. */
    public static final String MODEL = "null-model";

    private static final Duration STARTS_WITHIN = Duration.ofMinutes(2);

    private NullBackend() {}

    /**
     * Starts it in a process of its own, and returns when it answers.
     *
     * @param cpus as taskset takes them; empty for any
     */
    public static Child start(Services services, String cpus, List<Integer> ports, URI registry)
            throws InterruptedException {
        Child backend = services.start(
                "null-backend",
                "benchmarks",
                cpus,
                List.of("-Xmx256m"),
                List.of(
                        "null-backend",
                        "--ports",
                        ports.stream().map(String::valueOf).collect(Collectors.joining(",")),
                        "--registry",
                        registry.toString()));
        services.await(backend, URI.create("http://localhost:" + ports.getFirst() + "/actuator/load"), STARTS_WITHIN);
        return backend;
    }

    /** Runs until it is ended. */
    public static void run(String[] args) throws Exception {
        Options options = new Options()
                .with("ports", "9101,9102,9103", "one node on each")
                .with("registry", "http://localhost:8761/eureka/", "where they register")
                .parse(args);
        NodeServer server = new NodeServer();
        List<EurekaLease> leases = new ArrayList<>();
        HttpClient http = HttpClient.newHttpClient();
        for (String text : options.list("ports")) {
            int port = Integer.parseInt(text);
            Node node = new Node(new Voice("null-" + port + "-" + UUID.randomUUID(), MODEL));
            server.listen(port, node);
            leases.add(new EurekaLease(
                    http, URI.create(options.text("registry")), node.voice().instance(), port));
        }
        EurekaLease.holdUntilTheEnd(leases);
    }

    private record Node(Voice voice) implements NodeServer.Node {

        @Override
        public String load() {
            return voice.idle();
        }

        @Override
        public void ask(FullHttpRequest request, Channel reply) {
            NodeServer.embedding(reply, this);
        }

        @Override
        public void cancel(String id) {} // nothing is ever under way
    }
}
