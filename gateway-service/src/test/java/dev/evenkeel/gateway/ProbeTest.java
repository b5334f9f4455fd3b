package dev.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.gateway.node.LoadProber;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

/** A policy that probes, on real sockets. */
@TestPropertySource(
        properties = {
            "evenkeel.balancer.policy=prequal:q-rif=0.5",
            // a machine that is short of CPU looks like a stall
            "evenkeel.balancer.max-ejected=0",
        })
class ProbeTest extends GatewayFixture {

    private static final int REQUESTS = 100;

    @Autowired
    private LoadProber prober;

    private ScriptedNode a;
    private ScriptedNode b;

    @BeforeEach
    void twoNodes() {
        a = addNode("a-" + System.identityHashCode(this));
        b = addNode("b-" + System.identityHashCode(this));
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
        for (int i = 0; i < requests; i++) {
            assertThat(post("/v1/embeddings", OPENAI_BODY).statusCode()).isEqualTo(200);
        }
    }
}
