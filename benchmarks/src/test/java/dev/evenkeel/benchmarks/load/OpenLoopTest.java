package dev.evenkeel.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OpenLoopTest {

    private static final Bodies BODIES = _ -> "{}".getBytes(StandardCharsets.UTF_8);
    private static final Trace TRACE = Trace.poisson(new SplittableRandom(1), 200, Duration.ofSeconds(1));

    private final AtomicInteger served = new AtomicInteger();
    private volatile int frozenAfter = Integer.MAX_VALUE;
    private volatile Duration freeze = Duration.ZERO;
    private HttpServer server;

    @BeforeEach
    void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1000);
        // no executor: one thread, so that a freeze stops every request
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            if (served.incrementAndGet() == frozenAfter) {
                try {
                    Thread.sleep(freeze);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            exchange.getResponseHeaders().set("X-Evenkeel-Node", "only");
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
    }

    @Test
    void everyRequestOfTheTraceIsAnswered() throws InterruptedException {
        Measurement measurement = run(Duration.ofSeconds(5));

        assertThat(measurement.requests()).isEqualTo(TRACE.size());
        assertThat(measurement.errors()).isZero();
        assertThat(measurement.shares()).containsOnlyKeys("only");
    }

    /** The server stands still for the 300 ms in which some 60 of 200 requests were due: most of a half-second tail. */
    @Test
    void aFreezeIsFeltByEveryRequestThatWasDueMeanwhile() throws InterruptedException {
        frozenAfter = 100;
        freeze = Duration.ofMillis(300);

        Measurement measurement = run(Duration.ofSeconds(5));

        assertThat(measurement.errors()).isZero();
        assertThat(measurement.successes().max()).isGreaterThan(280);
        // a closed loop would show one slow request of 200, and a p90 of nothing
        assertThat(measurement.successes().p90()).isGreaterThan(100);
    }

    @Test
    void whatIsNotAnsweredInTimeHasFailed() throws InterruptedException {
        frozenAfter = 150;
        freeze = Duration.ofSeconds(2);

        Measurement measurement = run(Duration.ofMillis(500));

        assertThat(measurement.errorsByStatus()).containsOnlyKeys(Client.TIMED_OUT);
        assertThat(measurement.withFailuresAt(Duration.ofMillis(500).toNanos()).p99())
                .isBetween(499.0, 501.0);
    }

    @Test
    void aServerThatIsNotThereIsAnError() throws InterruptedException {
        Target nowhere = Target.local(1, "/");

        try (Client client = new Client(Duration.ofSeconds(1))) {
            Measurement measurement =
                    OpenLoop.send(client, nowhere, TRACE, BODIES).await();

            assertThat(measurement.errorsByStatus()).isEqualTo(Map.of(Client.NOT_CONNECTED, TRACE.size()));
        }
    }

    @Test
    void whatIsAnsweredAfterTheRunIsNoGoodputOfIt() throws InterruptedException {
        frozenAfter = 100;
        freeze = Duration.ofMillis(1500);

        Measurement measurement = run(Duration.ofSeconds(5));

        assertThat(measurement.errors()).isZero();
        assertThat(measurement.successesWithin(Duration.ofSeconds(1))).isLessThan(100);
        assertThat(measurement.successesWithin(Duration.ofSeconds(6))).isEqualTo(TRACE.size());
    }

    @Test
    void theObserverSeesTheHeadersOfEveryAnswer() throws InterruptedException {
        AtomicInteger named = new AtomicInteger();
        Target target = new Target(server.getAddress(), "/");

        try (Client client = new Client(Duration.ofSeconds(5))) {
            OpenLoop.send(client, target, TRACE, BODIES, (_, headers, _) -> {
                        if (headers.contains("X-Evenkeel-Node")) {
                            named.incrementAndGet();
                        }
                    })
                    .await();
        }

        assertThat(named).hasValue(TRACE.size());
    }

    private Measurement run(Duration timeout) throws InterruptedException {
        try (Client client = new Client(timeout)) {
            return OpenLoop.send(client, new Target(server.getAddress(), "/"), TRACE, BODIES)
                    .await();
        }
    }
}
