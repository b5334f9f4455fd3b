package dev.evenkeel.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Eureka is fast only when every one of its timers is: a default that comes back costs half a minute here. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class RegistryApplicationTest {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @LocalServerPort
    private int port;

    @AfterAll
    static void close() {
        HTTP.close();
    }

    @Test
    void anInstanceIsSeenWithinASecondAndGoneSoonAfterItStopsRenewing() throws Exception {
        String instance = """
                {"instance":{"instanceId":"node-1","hostName":"localhost","app":"MODEL-SERVICE","ipAddr":"127.0.0.1",
                "status":"UP","port":{"$":18080,"@enabled":"true"},"vipAddress":"model-service",
                "dataCenterInfo":{"@class":"com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo","name":"MyOwn"},
                "leaseInfo":{"renewalIntervalInSecs":1,"durationInSecs":3}}}
                """;
        HttpResponse<String> registered = send(HttpRequest.newBuilder(uri("/apps/MODEL-SERVICE"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(instance)));
        assertThat(registered.statusCode()).isEqualTo(204);

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
