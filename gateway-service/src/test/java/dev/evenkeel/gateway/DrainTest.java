package dev.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.balancer.endpoint.Fleet;
import dev.evenkeel.gateway.drain.Drain;
import dev.evenkeel.load.NodeState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import reactor.core.publisher.Mono;

/** A gateway's life as those see it that send requests to it: not ready, ready, leaving. */
class DrainTest {

    private final ScriptedNode node = new ScriptedNode("a");
    private final ConfigurableApplicationContext gateway = new SpringApplicationBuilder(
                    GatewayApplication.class, ListedNodes.class)
            .properties(
                    "server.port=0",
                    "management.server.port=0",
                    "eureka.client.enabled=false",
                    "evenkeel.drain.notice=500ms")
            .run();
    private final String main = "http://127.0.0.1:" + gateway.getEnvironment().getProperty("local.server.port");
    private final String management =
            "http://127.0.0.1:" + gateway.getEnvironment().getProperty("local.management.port");
    private final HttpClient client = newClient();

    @AfterEach
    void close() {
        gateway.close();
        node.close();
        client.close();
    }

    @Test
    void aGatewayIsReadyOnceItKnowsANodeAndStaysSoWhenThereIsNone() throws Exception {
        assertThat(status(main + "/readyz")).isEqualTo(503);
        assertThat(status(management + "/actuator/health/readiness")).isEqualTo(503);
        assertThat(status(main + "/livez")).isEqualTo(200);
        node.state = NodeState.WARMING;
        list(node);
        GatewayFixture.await(
                "it is heard",
                () -> gateway.getBean(Fleet.class).endpoints().stream()
                        .anyMatch(endpoint -> endpoint.reported().isPresent()));
        assertThat(status(main + "/readyz"))
                .as("a node that warms can answer nothing")
                .isEqualTo(503);
        node.state = NodeState.UP;
        GatewayFixture.await("ready", () -> status(main + "/readyz") == 200);
        assertThat(status(management + "/actuator/health/readiness")).isEqualTo(200);
        gateway.getBean(ListedNodes.class).listed.clear();
        node.close();
        GatewayFixture.await(
                "the fleet is empty",
                () -> gateway.getBean(Fleet.class).endpoints().isEmpty());
        assertThat(status(main + "/readyz")).isEqualTo(200);
    }

    @Test
    void aGatewayThatIsToldToStopIsNotReadyServesOnAndFinishesWhatIsInside() throws Exception {
        list(node);
        GatewayFixture.await("ready", () -> status(main + "/readyz") == 200);
        node.behaviour = (request, response) ->
                Mono.delay(Duration.ofSeconds(2)).then(Mono.defer(() -> Mono.from(node.answer(request, response))));
        CompletableFuture<HttpResponse<String>> inside = client.sendAsync(embed(), BodyHandlers.ofString());
        GatewayFixture.await("it is inside", () -> node.received.size() == 1);
        node.behaviour = node::answer;

        CompletableFuture<Void> stopped = CompletableFuture.runAsync(gateway::close);
        Drain drain = gateway.getBean(Drain.class);
        GatewayFixture.await("it leaves", drain::isLeaving);
        HttpResponse<String> late = client.send(embed(), BodyHandlers.ofString());
        assertThat(late.statusCode()).isEqualTo(200);
        assertThat(late.headers().firstValue("Connection")).hasValue("close");
        assertThat(status(main + "/readyz")).isEqualTo(503);
        assertThat(status(main + "/v2/health/ready")).isEqualTo(503);
        assertThat(status(main + "/livez")).isEqualTo(200);
        assertThat(status(management + "/actuator/health/readiness")).isEqualTo(503);
        assertThat(stopped).as("the notice").isNotDone();

        HttpResponse<String> answer = inside.get(GatewayFixture.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(ScriptedNode.ANSWER);
        assertThat(answer.headers().firstValue("Connection")).hasValue("close");
        assertThat(stopped).succeedsWithin(GatewayFixture.PATIENCE);
    }

    /** What is inside while it drains needs to be looked after no less: a node may fall silent then. */
    @Test
    void aGatewayThatDrainsStillRescues() throws Exception {
        list(node);
        GatewayFixture.await("ready", () -> status(main + "/readyz") == 200);
        node.freeze();
        CompletableFuture<HttpResponse<String>> inside = client.sendAsync(embed(), BodyHandlers.ofString());
        GatewayFixture.await("it is inside", () -> node.received.size() == 1);
        try (ScriptedNode other = new ScriptedNode("b")) {
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(gateway::close);
            GatewayFixture.await("it leaves", gateway.getBean(Drain.class)::isLeaving);
            list(other);
            assertThat(inside.get(GatewayFixture.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                            .statusCode())
                    .isEqualTo(200);
            assertThat(stopped).succeedsWithin(GatewayFixture.PATIENCE);
        }
    }

    @Test
    void clientsThatKeepTheirConnectionsLoseNothing() throws Exception {
        list(node);
        GatewayFixture.await("ready", () -> status(main + "/readyz") == 200);
        AtomicLong sent = new AtomicLong();
        try (ExecutorService clients = Executors.newFixedThreadPool(8)) {
            List<CompletableFuture<Long>> answered = IntStream.range(0, 8)
                    .mapToObj(_ -> CompletableFuture.supplyAsync(() -> sendUntilToldToLeave(sent), clients))
                    .toList();
            GatewayFixture.await("they send", () -> sent.get() > 200);
            gateway.close();
            for (CompletableFuture<Long> each : answered) {
                assertThat(each.get(GatewayFixture.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                        .isPositive();
            }
        }
    }

    /** A client of its own, so that its connection is its own; told to leave, it goes elsewhere. */
    private long sendUntilToldToLeave(AtomicLong sent) {
        try (HttpClient own = newClient()) {
            for (long answered = 1; ; answered++) {
                HttpResponse<String> answer = own.send(embed(), BodyHandlers.ofString());
                assertThat(answer.statusCode()).isEqualTo(200);
                sent.incrementAndGet();
                if (answer.headers().firstValue("Connection").equals(Optional.of("close"))) {
                    return answered;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a request was lost", e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void list(ScriptedNode listed) {
        gateway.getBean(ListedNodes.class).listed.add(listed.node());
    }

    private int status(String uri) throws Exception {
        return client.send(HttpRequest.newBuilder(URI.create(uri)).build(), BodyHandlers.discarding())
                .statusCode();
    }

    private HttpRequest embed() {
        return HttpRequest.newBuilder(URI.create(main + "/v1/embeddings"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(GatewayFixture.OPENAI_BODY))
                .build();
    }

    private static HttpClient newClient() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }
}
