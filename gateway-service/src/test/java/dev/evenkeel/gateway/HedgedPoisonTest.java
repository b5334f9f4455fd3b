package dev.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;
import reactor.core.publisher.Mono;

/** Input that kills, later than the gateway waits before it asks a second node as well. */
@TestPropertySource(
        properties = {
            "evenkeel.hedge.enabled=true",
            "evenkeel.hedge.budget-share=0",
            "evenkeel.hedge.budget-per-second=3",
            // what hangs here hangs for a reason
            "evenkeel.balancer.stall-floor=1m",
            "evenkeel.balancer.policy=round-robin",
        })
class HedgedPoisonTest extends GatewayFixture {

    private static final String POISON = OPENAI_BODY.replace("a text", "kills");

    @BeforeEach
    void fourNodesThatAreKnown() throws Exception {
        for (String id : List.of("a", "b", "c", "d")) {
            addNode(id + "-" + System.identityHashCode(this));
        }
        for (int i = 0; i < 120; i++) {
            assertThat(post("/v1/embeddings", OPENAI_BODY).statusCode()).isEqualTo(200);
        }
        // these may have spent it: three a second come back
        Awaitility.await("the budget is full")
                .pollDelay(Duration.ofMillis(1_500))
                .until(() -> true);
    }

    @Test
    void theSecondNodeThatDiesOfItIsTheLast() throws Exception {
        started.forEach(node -> node.behaviour = (request, response) ->
                node.received.getLast().body().equals(POISON) ? Mono.never() : node.answer(request, response));
        CompletableFuture<HttpResponse<String>> answer =
                HTTP.sendAsync(request("/v1/embeddings", POISON).build(), BodyHandlers.ofString());
        await("it is on two", () -> hit().size() == 2);
        for (ScriptedNode node : hit()) {
            // its own connection breaks first: nobody else has found out by then
            node.dropRequests();
            await("the gateway knows", () -> endpoint(node).ownRequests() == 0);
            node.close();
        }
        assertThat(answer.get().statusCode()).as(answer.get().body()).isEqualTo(422);
        assertThat(post("/v1/embeddings", POISON).statusCode()).isEqualTo(422);
        assertThat(hit()).hasSize(2);
        assertThat(post("/v1/embeddings", OPENAI_BODY).statusCode()).isEqualTo(200);
    }

    /** Nodes that had it. */
    private List<ScriptedNode> hit() {
        return started.stream()
                .filter(node ->
                        node.received.stream().anyMatch(each -> each.body().equals(POISON)))
                .toList();
    }
}
