package dev.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Fleet;
import dev.evenkeel.gateway.node.LoadProber;
import dev.evenkeel.gateway.node.Node;
import dev.evenkeel.gateway.node.NodeSource;
import dev.evenkeel.gateway.node.Nodes;
import dev.evenkeel.load.NodeState;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/** A policy that probes, on real sockets. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "eureka.client.enabled=false",
            "management.server.port=0",
            "evenkeel.drain.notice=0s",
            "evenkeel.balancer.policy=prequal:q-rif=0.5",
            // a machine that is short of CPU looks like a stall
            "evenkeel.balancer.max-ejected=0",
        })
class ProbeTest {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int REQUESTS = 100;

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

    @Autowired
    private LoadProber prober;

    private final ScriptedNode a = new ScriptedNode("a-" + System.identityHashCode(this));
    private final ScriptedNode b = new ScriptedNode("b-" + System.identityHashCode(this));

    @BeforeEach
    void twoNodes() {
        wiring.listed.addAll(List.of(a.node(), b.node()));
        nodes.refresh();
        await(
                "both are up",
                () -> Stream.of(a, b).map(this::endpoint).allMatch(endpoint -> endpoint.state() == NodeState.UP));
    }

    @AfterEach
    void noNodes() {
        wiring.listed.clear();
        a.close();
        b.close();
        await("the fleet is empty", () -> {
            nodes.refresh();
            return fleet.endpoints().isEmpty();
        });
    }

    @AfterAll
    static void close() {
        HTTP.close();
    }

    @Test
    void whatNodesAnswerToProbesDecidesWhereRequestsGo() throws Exception {
        assertPreferred(a, b);
        assertPreferred(b, a);
    }

    @Test
    void aNodeThatAnswersNoProbesIsProbedAFewTimesAtOnceAndAgainLater() {
        a.freeze();
        AtomicInteger answers = new AtomicInteger();
        int before = a.asked();
        for (int i = 0; i < 50; i++) {
            prober.probe(endpoint(a), (_, _) -> answers.incrementAndGet());
        }
        // a poll or two may be among them
        await("some arrive", () -> a.asked() >= before + 4);
        Awaitility.await("no more do")
                .during(Duration.ofMillis(200))
                .atMost(PATIENCE)
                .until(() -> a.asked() <= before + 6);
        a.thaw();
        await("those are answered", () -> answers.get() == 4);
        await("the next one is too", () -> {
            prober.probe(endpoint(a), (_, _) -> answers.incrementAndGet());
            return answers.get() > 4;
        });
    }

    private void assertPreferred(ScriptedNode good, ScriptedNode poor) throws Exception {
        good.inFlight = 0;
        good.p50Millis = 1;
        poor.inFlight = 50;
        poor.p50Millis = 500;
        // probes of before are used up, or too old
        send(20);
        int asked = a.asked() + b.asked();
        int before = good.received.size();
        send(REQUESTS);
        // with fewer than two probes there a request goes anywhere
        assertThat(good.received.size() - before).isGreaterThan(REQUESTS * 2 / 3);
        // three are sent for each request, of which a fleet of two takes two
        assertThat(a.asked() + b.asked() - asked).isGreaterThan(REQUESTS);
    }

    private void send(int requests) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/embeddings"))
                .header("Content-Type", "application/json")
                .timeout(PATIENCE)
                .POST(BodyPublishers.ofString("{\"model\":\"embedder\",\"input\":\"a text\"}"))
                .build();
        for (int i = 0; i < requests; i++) {
            assertThat(HTTP.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
        }
    }

    private Endpoint endpoint(ScriptedNode node) {
        return fleet.find(node.id).orElseThrow();
    }

    private static void await(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(condition);
    }
}
