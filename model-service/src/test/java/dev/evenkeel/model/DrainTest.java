package dev.evenkeel.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.load.Headers;
import dev.evenkeel.load.NodeState;
import dev.evenkeel.load.OrcaText;
import dev.evenkeel.model.health.NodeLifecycle;
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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** A node that is told to stop loses nothing: it serves through its notice, and finishes what is inside. */
class DrainTest {

    private static final AtomicLong SENT = new AtomicLong();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @Test
    void aNodeThatIsToldToStopStillServesAndFinishesWhatIsInside() throws Exception {
        ConfigurableApplicationContext node = start();
        NodeLifecycle lifecycle = node.getBean(NodeLifecycle.class);
        String port = node.getEnvironment().getProperty("local.server.port", "");

        CompletableFuture<Void> stopped = CompletableFuture.runAsync(node::close);
        Awaitility.await().pollInterval(Duration.ofMillis(5)).until(() -> lifecycle.state() == NodeState.DRAINING);
        String many =
                IntStream.range(0, 2_000).mapToObj(i -> "\"number " + i + "\"").collect(Collectors.joining(","));
        CompletableFuture<HttpResponse<String>> inside =
                CLIENT.sendAsync(embed(port, "[" + many + "]"), BodyHandlers.ofString());
        HttpResponse<String> late = CLIENT.send(embed(port, "\"a late request\""), BodyHandlers.ofString());
        assertThat(late.statusCode()).isEqualTo(200);
        assertThat(late.headers()
                        .firstValue(Headers.LOAD)
                        .flatMap(OrcaText::decode)
                        .orElseThrow()
                        .state())
                .isEqualTo(NodeState.DRAINING);
        HttpRequest readiness = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v2/health/ready"))
                .build();
        assertThat(CLIENT.send(readiness, BodyHandlers.ofString()).statusCode()).isEqualTo(503);
        assertThat(inside.get().statusCode()).isEqualTo(200);
        assertThat(stopped).succeedsWithin(Duration.ofSeconds(20));
    }

    /** Clients that keep their connections are told to leave; one that is not would send its last request into nothing. */
    @Test
    void clientsThatKeepTheirConnectionsLoseNothing() throws Exception {
        ConfigurableApplicationContext node = start();
        String port = node.getEnvironment().getProperty("local.server.port", "");
        try (ExecutorService clients = Executors.newFixedThreadPool(8)) {
            List<CompletableFuture<Long>> answered = IntStream.range(0, 8)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> sendUntilToldToLeave(port), clients))
                    .toList();
            Awaitility.await().until(() -> SENT.get() > 200);
            node.close();
            for (CompletableFuture<Long> each : answered) {
                assertThat(each.get(20, TimeUnit.SECONDS)).isPositive();
            }
        }
    }

    /** A client of its own, so that its connection is its own; told to leave, it goes elsewhere, as a gateway does. */
    private static long sendUntilToldToLeave(String port) {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        for (long answered = 1; ; answered++) {
            try {
                HttpResponse<String> answer = client.send(embed(port, "\"one more\""), BodyHandlers.ofString());
                assertThat(answer.statusCode()).isEqualTo(200);
                SENT.incrementAndGet();
                if (answer.headers().firstValue("Connection").equals(Optional.of("close"))) {
                    return answered;
                }
            } catch (IOException e) {
                throw new UncheckedIOException("a request was lost", e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static ConfigurableApplicationContext start() {
        ConfigurableApplicationContext node = new SpringApplicationBuilder(ModelServiceApplication.class)
                .properties(
                        "server.port=0",
                        "server.address=127.0.0.1",
                        "management.server.port=-1",
                        "eureka.client.enabled=false",
                        "evenkeel.weights-dir=target/weights",
                        "evenkeel.node-name=test",
                        "evenkeel.drain.notice=500ms")
                .run();
        NodeLifecycle lifecycle = node.getBean(NodeLifecycle.class);
        Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> lifecycle.state() == NodeState.UP);
        return node;
    }

    private static HttpRequest embed(String port, String inputs) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/embed"))
                .POST(BodyPublishers.ofString("{\"inputs\":" + inputs + "}"))
                .build();
    }
}
