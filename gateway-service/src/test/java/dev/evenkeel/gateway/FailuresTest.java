package dev.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Fleet;
import dev.evenkeel.gateway.node.Node;
import dev.evenkeel.gateway.node.NodeSource;
import dev.evenkeel.gateway.node.Nodes;
import dev.evenkeel.load.NodeState;
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
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Each way in which a request can fail, through the gateway, in the own shape of each API. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "eureka.client.enabled=false",
            "management.server.port=0",
            "evenkeel.drain.notice=0s",
            "evenkeel.max-body=64KB",
            "evenkeel.nodes.poll-interval=50ms",
            "evenkeel.admission.max-queue-delay=1s",
            // nodes stay in rotation however they fail
            "evenkeel.balancer.ejection-failures=1000",
            "evenkeel.balancer.max-ejected=0",
            "evenkeel.retry.budget-per-second=1000",
            "evenkeel.deadline.by-default=1s",
            "evenkeel.routing.default-models.embedding=embedder",
        })
class FailuresTest {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** A good request of each API, one without a model that there is, and one that is not JSON. */
    enum Shape {
        OPENAI("/v1/embeddings", "{\"model\":\"embedder\",\"input\":\"a text\"}"),
        TEI("/embed", "{\"inputs\":\"a text\"}"),
        RERANK("/v2/rerank", "{\"model\":\"embedder\",\"query\":\"q\",\"documents\":[\"a text\"]}"),
        OPEN_INFERENCE("/v2/models/embedder/infer", "{\"inputs\":[]}");

        private final String path;
        private final String body;

        Shape(String path, String body) {
            this.path = path;
            this.body = body;
        }

        /** The keys that its errors have, all of them, and nothing else. */
        private String message(HttpResponse<String> answer) {
            assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
            JsonNode error = JSON.readTree(answer.body());
            return switch (this) {
                case OPENAI -> {
                    assertThat(error.propertyNames()).containsExactly("error");
                    assertThat(error.path("error").propertyNames())
                            .containsExactlyInAnyOrder("message", "type", "param", "code");
                    yield error.path("error").path("message").stringValue();
                }
                case TEI -> {
                    assertThat(error.propertyNames()).containsExactlyInAnyOrder("error", "error_type");
                    yield error.path("error").stringValue();
                }
                case RERANK -> {
                    assertThat(error.propertyNames()).containsExactlyInAnyOrder("message", "detail");
                    yield error.path("message").stringValue();
                }
                case OPEN_INFERENCE -> {
                    assertThat(error.propertyNames()).containsExactly("error");
                    yield error.path("error").stringValue();
                }
            };
        }

        /** What else says which kind of error it is; blank where the shape has no place for it. */
        private String type(HttpResponse<String> answer) {
            JsonNode error = JSON.readTree(answer.body());
            return this == TEI
                    ? error.path("error_type").stringValue()
                    : error.path("error").path("type").asString("");
        }
    }

    @TestConfiguration
    static class Wiring {

        final List<Node> listed = new CopyOnWriteArrayList<>();

        @Bean
        @Primary
        NodeSource scriptedNodes() {
            return () -> List.copyOf(listed);
        }
    }

    @LocalServerPort
    private int port;

    @Autowired
    private Wiring wiring;

    @Autowired
    private Nodes nodes;

    @Autowired
    private Fleet fleet;

    private final ScriptedNode a = new ScriptedNode("a-" + System.identityHashCode(this));
    private final ScriptedNode b = new ScriptedNode("b-" + System.identityHashCode(this));

    @BeforeEach
    void twoNodes() {
        wiring.listed.addAll(List.of(a.node(), b.node()));
        nodes.refresh();
        awaitStates(NodeState.UP);
    }

    @AfterEach
    void noNodes() {
        wiring.listed.clear();
        both().forEach(ScriptedNode::close);
        await("the fleet is empty", () -> {
            nodes.refresh();
            return fleet.endpoints().isEmpty();
        });
    }

    @ParameterizedTest
    @EnumSource
    void noCapacityBeforeTheDeadlineIs429AndWhenToTryAgain(Shape shape) throws Exception {
        both().forEach(node -> node.queueWork = 1e8);
        await(
                "the gateway has heard it",
                () -> fleet.endpoints().stream()
                        .allMatch(endpoint -> endpoint.reported()
                                .filter(last -> last.othersWork() > 1e7)
                                .isPresent()));
        HttpResponse<String> answer = post(shape);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(429);
        assertThat(shape.message(answer)).contains("embedder");
        assertThat(shape.type(answer)).isIn("rate_limit_error", "Overloaded", "");
        long seconds = answer.headers().firstValueAsLong("Retry-After").orElseThrow();
        assertThat(seconds).isBetween(1L, 200L);
        assertThat(answer.headers().firstValueAsLong("retry-after-ms")).hasValue(seconds * 1_000);
    }

    @ParameterizedTest
    @EnumSource
    void aFullQueueIsPassedOnAsTheNodeSaysIt(Shape shape) throws Exception {
        both().forEach(node -> node.behaviour = (_, response) -> {
            response.header("Retry-After", "7").header("retry-after-ms", "6500");
            return node.answerAs(node.id, 429, "{\"its\":\"own shape\"}", response);
        });
        HttpResponse<String> answer = post(shape);
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("7");
        assertThat(answer.headers().firstValue("retry-after-ms")).hasValue("6500");
        assertThat(answer.body()).isEqualTo("{\"its\":\"own shape\"}");
    }

    @ParameterizedTest
    @EnumSource
    void noHealthyNodeForAKnownModelIs503AndWhenToTryAgain(Shape shape) throws Exception {
        both().forEach(node -> node.state = NodeState.DRAINING);
        awaitStates(NodeState.DRAINING);
        HttpResponse<String> answer = post(shape);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(shape.message(answer)).contains("embedder");
        assertThat(shape.type(answer)).isIn("server_error", "Unhealthy", "");
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
    }

    @ParameterizedTest
    @EnumSource
    void aDeadlineThatPassesIs504(Shape shape) throws Exception {
        both().forEach(node -> node.behaviour = (_, _) -> Mono.never());
        HttpResponse<String> answer = post(shape);
        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(shape.message(answer)).contains("within 1000 ms");
        assertThat(shape.type(answer)).isIn("server_error", "Backend", "");
        await("nothing is outstanding", () -> outstanding() == 0);
    }

    @ParameterizedTest
    @EnumSource
    void workOfAClientThatIsGoneIsNobodysAnyMore(Shape shape) throws Exception {
        both().forEach(node -> node.behaviour = (_, _) -> Mono.never());
        try (Socket client = connected()) {
            client.getOutputStream().write(raw(shape, "Content-Length: " + shape.body.length(), shape.body));
            await("it is counted", () -> outstanding() > 0);
        }
        await("it is counted no more", () -> outstanding() == 0);
        await("nor at the node", () -> both().stream().allMatch(node -> node.inside() == 0));
        assertThat(fleet.endpoints()).noneMatch(endpoint -> endpoint.ejection().isEjected());
    }

    @ParameterizedTest
    @CsvSource({
        "OPENAI, /v1/embeddings, '{\"model\":\"nobody\",\"input\":\"x\"}', 'no model ''nobody'''",
        "OPENAI, /v1/nothing, {}, /v1/nothing",
        "TEI, /nothing, {}, /nothing",
        "RERANK, /v1/rerank, '{\"model\":\"nobody\",\"query\":\"q\",\"documents\":[\"d\"]}', 'no model ''nobody'''",
        "OPEN_INFERENCE, /v2/models/nobody/infer, '{\"inputs\":[]}', 'no model ''nobody'''",
        "OPEN_INFERENCE, /v2/nothing, {}, /v2/nothing",
    })
    void anUnknownModelOrPathIs404(Shape shape, String path, String body, String named) throws Exception {
        HttpResponse<String> answer = post(path, body);
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(shape.message(answer)).contains(named);
    }

    @ParameterizedTest
    @EnumSource
    void aBodyThatIsNotJsonIs400OrAsTheApiHasIt(Shape shape) throws Exception {
        HttpResponse<String> answer = post(shape.path, "{\"model\":");
        assertThat(answer.statusCode()).isEqualTo(shape == Shape.TEI ? 422 : 400);
        assertThat(shape.message(answer)).contains("not JSON");
        assertThat(shape.type(answer)).isIn("invalid_request_error", "Validation", "");
    }

    @ParameterizedTest
    @EnumSource
    void whatTheNodeFindsWrongIsPassedOnAndBlamesNobody(Shape shape) throws Exception {
        both().forEach(node -> node.behaviour =
                (_, response) -> node.answerAs(node.id, 422, "{\"limit\":\"at most 2048\"}", response));
        HttpResponse<String> answer = post(shape);
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).isEqualTo("{\"limit\":\"at most 2048\"}");
        assertThat(a.received.size() + b.received.size()).isEqualTo(1);
        assertThat(fleet.endpoints()).noneMatch(endpoint -> endpoint.ejection().isEjected());
    }

    @ParameterizedTest
    @EnumSource
    void aBodyOverTheLimitIs413(Shape shape) throws Exception {
        HttpResponse<String> answer = post(shape.path, "x".repeat(65_537));
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(shape.message(answer)).contains("limit of 65536 bytes");
    }

    @ParameterizedTest
    @EnumSource
    void aChunkedBodyOverTheLimitIs413Too(Shape shape) throws Exception {
        try (Socket client = connected()) {
            String chunk = Integer.toHexString(65_537) + "\r\n" + "x".repeat(65_537) + "\r\n0\r\n\r\n";
            client.getOutputStream().write(raw(shape, "Transfer-Encoding: chunked", chunk));
            InputStream in = client.getInputStream();
            assertThat(new String(in.readNBytes("HTTP/1.1 413".length()), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 413");
        }
    }

    @ParameterizedTest
    @EnumSource
    void anEngineThatFailsIsSparedTheClientWhileAnotherNodeAnswers(Shape shape) throws Exception {
        for (int status : new int[] {424, 500}) {
            a.behaviour = (_, response) -> a.answerAs(a.id, status, "{}", response);
            for (int i = 0; i < 4; i++) {
                assertThat(post(shape).body()).isEqualTo(ScriptedNode.ANSWER);
            }
        }
        assertThat(a.received).isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void anEngineThatFailsEverywhereIsToldAsTheNodeSaysIt(Shape shape) throws Exception {
        int status = shape == Shape.TEI ? 424 : 500;
        both().forEach(node ->
                node.behaviour = (_, response) -> node.answerAs(node.id, status, "{\"its\":\"own shape\"}", response));
        HttpResponse<String> answer = post(shape);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).isEqualTo("{\"its\":\"own shape\"}");
        assertThat(a.received).hasSize(1);
        assertThat(b.received).hasSize(1);
    }

    private List<ScriptedNode> both() {
        return List.of(a, b);
    }

    private void awaitStates(NodeState state) {
        await(
                "both are " + state.name().toLowerCase(Locale.ROOT),
                () -> Stream.of(a, b)
                        .allMatch(node -> fleet.find(node.id)
                                .filter(endpoint -> endpoint.state() == state && endpoint.serves("embedder"))
                                .isPresent()));
    }

    private long outstanding() {
        return fleet.endpoints().stream().mapToLong(Endpoint::ownWork).sum();
    }

    private Socket connected() throws Exception {
        Socket client = new Socket();
        client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        client.setSoTimeout((int) PATIENCE.toMillis());
        return client;
    }

    private static byte[] raw(Shape shape, String header, String body) {
        return ("POST " + shape.path + " HTTP/1.1\r\nHost: gateway\r\n" + header + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII);
    }

    private HttpResponse<String> post(Shape shape) throws Exception {
        return post(shape.path, shape.body);
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .timeout(PATIENCE)
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private static void await(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(condition);
    }
}
