package dev.evenkeel.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** Eureka is fast only when every one of its timers is: a default that comes back costs half a minute here. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class RegistryApplicationTest {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** What the other registry was asked, as "POST /eureka/..." and the body. */
    private static final List<String> ASKED_OF_PEER = new CopyOnWriteArrayList<>();

    private static final HttpServer PEER = peer();

    @LocalServerPort
    private int port;

    private static HttpServer peer() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> {
                String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                ASKED_OF_PEER.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body);
                exchange.sendResponseHeaders(404, -1);
                exchange.close();
            });
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @DynamicPropertySource
    static void withAPeer(DynamicPropertyRegistry properties) {
        // another host than its own: Eureka drops a peer that is called as itself is
        properties.add(
                "EVENKEEL_REGISTRY_PEERS",
                () -> "http://127.0.0.1:" + PEER.getAddress().getPort() + "/eureka/");
        properties.add("EVENKEEL_REGISTRY_JOIN", () -> "true");
    }

    @AfterAll
    static void close() {
        HTTP.close();
        PEER.stop(0);
    }

    /** Here the peer knows nobody, as one that has just started. */
    @Test
    void aPeerIsAskedForAllAndToldWhatIsHeardAndNothingElse() throws Exception {
        register("node-2");
        Awaitility.await("the peer was told")
                .atMost(Duration.ofSeconds(20))
                .until(() -> ASKED_OF_PEER.stream()
                        .anyMatch(asked ->
                                asked.startsWith("POST /eureka/peerreplication/batch/") && asked.contains("node-2")));
        assertThat(ASKED_OF_PEER).anyMatch(asked -> asked.startsWith("GET /eureka/apps/"));
        assertThat(ASKED_OF_PEER)
                .as("a registry that is registered breaks its connection to a peer that was empty")
                .noneMatch(asked -> asked.contains("REGISTRY-SERVICE"));
    }

    @Test
    void anInstanceIsSeenWithinASecondAndGoneSoonAfterItStopsRenewing() throws Exception {
        register("node-1");
        assertThat(timeUntilListed(true)).isLessThan(Duration.ofSeconds(2));
        // some 7 s: a lease of 3 s, counted twice by Eureka, and a round of eviction each second; by default it is 90 s
        assertThat(timeUntilListed(false)).isLessThan(Duration.ofSeconds(15));
    }

    @Test
    void theRegistryIsHealthy() throws Exception {
        HttpResponse<String> health =
                send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/actuator/health")));
        assertThat(health.statusCode()).isEqualTo(200);
    }

    private void register(String id) throws Exception {
        String instance = """
                {"instance":{"instanceId":"%s","hostName":"localhost","app":"MODEL-SERVICE","ipAddr":"127.0.0.1",
                "status":"UP","port":{"$":18080,"@enabled":"true"},"vipAddress":"model-service",
                "dataCenterInfo":{"@class":"com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo","name":"MyOwn"},
                "leaseInfo":{"renewalIntervalInSecs":1,"durationInSecs":3}}}
                """.formatted(id);
        HttpResponse<String> registered = send(HttpRequest.newBuilder(uri("/apps/MODEL-SERVICE"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(instance)));
        assertThat(registered.statusCode()).isEqualTo(204);
    }

    private Duration timeUntilListed(boolean listed) {
        Instant start = Instant.now();
        Awaitility.await(listed ? "node-1 is seen" : "node-1 is gone")
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> send(HttpRequest.newBuilder(uri("/apps/"))).body().contains("node-1") == listed);
        return Duration.between(start, Instant.now());
    }

    private URI uri(String path) {
        return URI.create("http://localhost:" + port + "/eureka" + path);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HTTP.send(request.timeout(Duration.ofSeconds(5)).build(), BodyHandlers.ofString());
    }
}
