package dev.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Fleet;
import dev.evenkeel.gateway.node.Nodes;
import dev.evenkeel.load.NodeState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;

/**
 * A whole gateway on a real port, before scripted nodes on real ports. A test class states its settings by
 * {@code TestPropertySource}; classes with the same ones share a gateway, so nodes are gone after each test.
 */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "eureka.client.enabled=false",
            "management.server.port=0",
            "evenkeel.drain.notice=0s",
            // attempts are counted here; HedgeTest has it
            "evenkeel.hedge.enabled=false",
        })
@Import(ListedNodes.class)
abstract class GatewayFixture {

    static final HttpClient HTTP = HttpClient.newHttpClient();
    static final String OPENAI_BODY = "{\"model\":\"embedder\",\"input\":\"a text\"}";
    static final Duration PATIENCE = Duration.ofSeconds(20);

    @LocalServerPort
    int port;

    @Autowired
    ListedNodes registry;

    @Autowired
    Nodes nodes;

    @Autowired
    Fleet fleet;

    @Autowired
    MeterRegistry meters;

    final List<ScriptedNode> started = new ArrayList<>();

    @AfterEach
    void noNodes() {
        started.forEach(ScriptedNode::thaw);
        await("nothing is outstanding", () -> outstanding() == 0);
        registry.listed.clear();
        started.forEach(ScriptedNode::close);
        await("the fleet is empty", () -> {
            nodes.refresh();
            return fleet.endpoints().isEmpty();
        });
    }

    /** One more node, once the gateway knows that it is up. */
    final ScriptedNode addNode(String id) {
        return addNode(new ScriptedNode(id));
    }

    final ScriptedNode addNode(ScriptedNode node) {
        started.add(node);
        registry.listed.add(node.node());
        nodes.refresh();
        await(
                "the gateway knows " + node.id,
                () -> fleet.find(node.id)
                        .filter(endpoint -> endpoint.serves("embedder") && endpoint.state() == NodeState.UP)
                        .isPresent());
        return node;
    }

    final ScriptedNode node(int index) {
        return started.get(index);
    }

    final Endpoint endpoint(ScriptedNode node) {
        return fleet.find(node.id).orElseThrow();
    }

    final Endpoint endpoint(int index) {
        return endpoint(node(index));
    }

    final boolean ejected(ScriptedNode node) {
        return endpoint(node).ejection().isEjected();
    }

    /** What arrived at all nodes. */
    final List<ScriptedNode.Received> received() {
        return started.stream().flatMap(node -> node.received.stream()).toList();
    }

    /** Work units that the gateway has on nodes, 0 only when it has no requests there. */
    final long outstanding() {
        return fleet.endpoints().stream()
                .mapToLong(endpoint -> endpoint.ownWork() + endpoint.ownRequests())
                .sum();
    }

    final double count(String meter, ScriptedNode node, String... tags) {
        return meters.find(meter).tag("node", "name-of-" + node.id).tags(tags).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    final double rejections(String reason) {
        return meters.get("evenkeel.gateway.rejections")
                .tag("reason", reason)
                .counter()
                .count();
    }

    final URI at(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    final HttpRequest.Builder request(String path, String body) {
        return HttpRequest.newBuilder(at(path))
                .header("Content-Type", "application/json")
                .timeout(PATIENCE)
                .POST(BodyPublishers.ofString(body));
    }

    final HttpResponse<String> post(String path, String body) throws Exception {
        return send(request(path, body));
    }

    final HttpResponse<String> get(String path) throws Exception {
        return send(HttpRequest.newBuilder(at(path)).timeout(PATIENCE));
    }

    static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    /** A client by hand, for what a well-behaved one does not do. */
    final Socket connect() throws Exception {
        Socket client = new Socket();
        client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        client.setSoTimeout((int) PATIENCE.toMillis());
        return client;
    }

    /** A client whose request is sent. */
    final Socket connectAndSend(String body) throws Exception {
        Socket client = connect();
        write(
                client,
                "POST /v1/embeddings HTTP/1.1\r\nHost: gateway\r\nContent-Length: " + body.length() + "\r\n\r\n"
                        + body);
        return client;
    }

    static void write(Socket client, String text) throws Exception {
        client.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    static String readUntil(InputStream in, String end) throws Exception {
        StringBuilder text = new StringBuilder();
        while (text.indexOf(end) < 0) {
            int next = in.read();
            assertThat(next).as("more than %s", text).isNotNegative();
            text.append((char) next);
        }
        return text.toString();
    }

    static void await(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(condition);
    }
}
