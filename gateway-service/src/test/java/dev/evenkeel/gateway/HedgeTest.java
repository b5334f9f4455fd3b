package dev.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.load.Headers;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What takes long is sent to a second node, on real sockets. */
@TestPropertySource(
        properties = {
            "evenkeel.hedge.enabled=true",
            "evenkeel.hedge.budget-share=0",
            "evenkeel.hedge.budget-per-second=3",
            // what hangs here hangs for a reason
            "evenkeel.balancer.max-ejected=0",
            "evenkeel.balancer.stall-floor=1m",
            "evenkeel.balancer.policy=round-robin",
        })
class HedgeTest extends GatewayFixture {

    @BeforeEach
    void twoNodesThatAreKnown() throws Exception {
        addNode("a-" + System.identityHashCode(this));
        addNode("b-" + System.identityHashCode(this));
        for (int i = 0; i < 120; i++) {
            assertThat(post("/v1/embeddings", OPENAI_BODY).statusCode()).isEqualTo(200);
        }
        started.forEach(node -> node.received.clear());
        started.forEach(node -> node.cancelled.clear());
        // the first requests may have spent it: three a second come back
        Awaitility.await("the budget is full")
                .pollDelay(Duration.ofMillis(1_500))
                .until(() -> true);
    }

    @Test
    void whatTakesLongIsAnsweredByAnotherNodeAndTheFirstIsToldToStop() throws Exception {
        node(0).behaviour = (_, _) -> Mono.never();
        for (int i = 0; i < 2; i++) {
            HttpResponse<String> answer = post("/v1/embeddings", OPENAI_BODY);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue(Headers.NODE)).hasValue("name-of-" + node(1).id);
        }
        await("the first is over", () -> outstanding() == 0 && node(0).inside() == 0);
        List<String> slow = node(0).received.stream()
                .map(each -> each.headers().get(Headers.REQUEST_ID))
                .toList();
        assertThat(slow).isNotEmpty();
        await("it was told", () -> node(0).cancelled.containsAll(slow));
        // of these requests: one of before may be cancelled late
        assertThat(node(1).received)
                .noneMatch(each -> node(1).cancelled.contains(each.headers().get(Headers.REQUEST_ID)));
        assertThat(ejected(node(0))).isFalse();
    }

    @Test
    void anAnswerOfTheFirstStillCountsAndAFailureOfOneLeavesItToTheOther() throws Exception {
        started.forEach(node ->
                node.behaviour = (request, response) -> received().size() < 2
                        ? Mono.delay(Duration.ofMillis(300))
                                .repeat(() -> received().size() < 2)
                                .then(Mono.defer(() -> Mono.from(node.answer(request, response))))
                        : node.answerAs(node.id, 500, "{}", response));
        HttpResponse<String> answer = post("/v1/embeddings", OPENAI_BODY);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(ScriptedNode.ANSWER);
        assertThat(received()).hasSize(2);
    }

    /** Three a second, with three saved up. */
    @Test
    void theBudgetHolds() throws Exception {
        node(0).behaviour = (request, response) ->
                Mono.delay(Duration.ofMillis(500)).then(Mono.defer(() -> Mono.from(node(0).answer(request, response))));
        long start = System.nanoTime();
        int requests = 12;
        for (int i = 0; i < requests; i++) {
            assertThat(post("/v1/embeddings", OPENAI_BODY).statusCode()).isEqualTo(200);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        assertThat(received().size() - requests).isBetween(1, (int) (3 + Math.ceil(3 * seconds)));
    }

    @Test
    void nothingIsHedgedWhileNodesAreBusyAndNothingThatIsBulk() throws Exception {
        Sinks.Empty<Void> gate = Sinks.empty();
        started.forEach(node -> node.behaviour =
                (request, response) -> gate.asMono().then(Mono.defer(() -> Mono.from(node.answer(request, response)))));
        // what is bulk is not hedged, and keeps both nodes busy
        List<CompletableFuture<HttpResponse<String>>> sent = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            HttpRequest bulk = request("/v1/embeddings", OPENAI_BODY)
                    .header(Headers.PRIORITY, "bulk")
                    .build();
            sent.add(HTTP.sendAsync(bulk, BodyHandlers.ofString()));
        }
        await("both are busy", () -> received().size() == 8);
        for (int i = 0; i < 4; i++) {
            sent.add(HTTP.sendAsync(request("/v1/embeddings", OPENAI_BODY).build(), BodyHandlers.ofString()));
        }
        await("all are there", () -> received().size() >= 12);
        Awaitility.await("they wait")
                .during(Duration.ofMillis(300))
                .until(() -> received().size() == 12);
        gate.tryEmitEmpty();
        for (CompletableFuture<HttpResponse<String>> each : sent) {
            assertThat(each.get().statusCode()).isEqualTo(200);
        }
        started.forEach(node -> node.received.clear());
        started.forEach(node -> node.behaviour = (request, response) ->
                Mono.delay(Duration.ofMillis(500)).then(Mono.defer(() -> Mono.from(node.answer(request, response)))));
        assertThat(send(request("/v1/embeddings", OPENAI_BODY).header(Headers.PRIORITY, "bulk"))
                        .statusCode())
                .isEqualTo(200);
        assertThat(received()).hasSize(1);
    }
}
