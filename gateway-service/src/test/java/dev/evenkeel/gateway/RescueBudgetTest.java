package dev.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;
import reactor.core.publisher.Mono;

/** Without any budget for retries: what a lost node had is answered all the same. */
@TestPropertySource(
        properties = {
            "evenkeel.nodes.poll-interval=50ms",
            "evenkeel.retry.budget-share=0",
            "evenkeel.retry.budget-per-second=0",
        })
class RescueBudgetTest extends GatewayFixture {

    private static final int REQUESTS = 5;

    private ScriptedNode lost;
    private List<CompletableFuture<HttpResponse<String>>> inside;

    /** They are on one node when the other one comes. */
    @BeforeEach
    void requestsOnOneNode() {
        lost = addNode("lost-" + System.identityHashCode(this));
        lost.behaviour = (_, _) -> Mono.never();
        inside = IntStream.range(0, REQUESTS)
                .mapToObj(i -> HTTP.sendAsync(
                        request("/v1/embeddings", OPENAI_BODY.replace("a text", "text " + i))
                                .build(),
                        BodyHandlers.ofString()))
                .toList();
        await("all are there", () -> lost.inside() == REQUESTS);
        addNode("sound-" + System.identityHashCode(this));
    }

    @Test
    void whatIsOnANodeThatStallsGoesToAnother() throws Exception {
        lost.freeze();
        assertAllAnsweredByTheOther();
        assertThat(count("evenkeel.gateway.rescues", lost)).isEqualTo(REQUESTS);
    }

    @Test
    void whatIsOnANodeThatDiesGoesToAnother() throws Exception {
        lost.close();
        assertAllAnsweredByTheOther();
    }

    @Test
    void aRetryHasNone() throws Exception {
        lost.close();
        assertAllAnsweredByTheOther();
        node(1).behaviour = (_, response) -> node(1).answerAs(node(1).id, 503, "{\"failed\":1}", response);
        addNode("third-" + System.identityHashCode(this)).behaviour =
                (_, response) -> node(2).answerAs(node(2).id, 503, "{\"failed\":1}", response);
        double before = rejections("retry_budget");
        assertThat(post("/v1/embeddings", OPENAI_BODY).body()).isEqualTo("{\"failed\":1}");
        assertThat(rejections("retry_budget")).isEqualTo(before + 1);
    }

    private void assertAllAnsweredByTheOther() throws Exception {
        for (CompletableFuture<HttpResponse<String>> each : inside) {
            assertThat(each.get().statusCode()).as(each.get().body()).isEqualTo(200);
            assertThat(each.get().body()).isEqualTo(ScriptedNode.ANSWER);
        }
        assertThat(node(1).received).hasSize(REQUESTS);
    }
}
