package dev.evenkeel.gateway.node;

import dev.evenkeel.balancer.Balancer;
import dev.evenkeel.balancer.Policies;
import dev.evenkeel.balancer.Wiring;
import dev.evenkeel.balancer.endpoint.Cause;
import dev.evenkeel.balancer.endpoint.Ejection;
import dev.evenkeel.balancer.endpoint.Fleet;
import dev.evenkeel.balancer.pick.Prober;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;

/** In a time that stands still nobody is due by himself. */
class LoadPollerTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int REQUESTS_GO_TO = 9;

    private final AtomicInteger polls = new AtomicInteger();
    private final DisposableServer management = HttpServer.create()
            .host("localhost")
            .port(0)
            .route(routes -> routes.get("/actuator/load", (_, response) -> {
                polls.incrementAndGet();
                return response.sendNotFound();
            }))
            .bindNow();
    private final LoadPoller poller = pollerOf(management.port());

    private static LoadPoller pollerOf(int management) {
        Node node = new Node(
                "id",
                "name",
                URI.create("http://node.invalid:" + REQUESTS_GO_TO),
                URI.create("http://localhost:" + management));
        Fleet fleet = new Fleet();
        SplittableRandom random = new SplittableRandom(1);
        Rotation nobody = new Rotation() {
            @Override
            public void ejected(String name, Cause cause, boolean fromTrial) {}

            @Override
            public void healed(String name) {}
        };
        return new LoadPoller(
                new Nodes(() -> List.of(node), fleet, Ejection.Settings.DEFAULT, nobody, () -> 0),
                fleet,
                new Balancer(
                        fleet,
                        Policies.create(Policies.DEFAULT, new Wiring(random, Prober.NONE)),
                        Balancer.Settings.DEFAULT,
                        null,
                        () -> 0),
                new Catalog(),
                new LoadPoller.Settings(Duration.ofMillis(500), Duration.ofSeconds(1)),
                () -> 0,
                random,
                HttpClient.create());
    }

    @BeforeEach
    void start() {
        poller.start();
        Awaitility.await().atMost(LIMIT).until(() -> polls.get() == 1);
    }

    @AfterEach
    void end() {
        poller.stop();
        management.disposeNow(LIMIT);
    }

    @Test
    void aNodeIsAskedAtOnceWhenAConnectionForRequestsEndedThereAndNoOtherIs() {
        poller.ask(InetSocketAddress.createUnresolved("node.invalid", REQUESTS_GO_TO));
        Awaitility.await().atMost(LIMIT).until(() -> polls.get() == 2);

        poller.ask(InetSocketAddress.createUnresolved("node.invalid", REQUESTS_GO_TO + 1));
        poller.ask(InetSocketAddress.createUnresolved("other.invalid", REQUESTS_GO_TO));
        Awaitility.await().during(Duration.ofMillis(300)).atMost(LIMIT).until(() -> polls.get() == 2);
    }

    @Test
    void allAreAskedAtOnceWhenManyMayHaveDied() {
        poller.askEverybody();
        Awaitility.await().atMost(LIMIT).until(() -> polls.get() == 2);
    }
}
