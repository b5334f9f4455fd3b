package dev.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.load.Headers;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.test.context.TestPropertySource;

/** What the gateway does not send, because it would make things worse, on real sockets. */
@TestPropertySource(
        properties = {
            "evenkeel.nodes.poll-interval=50ms",
            "evenkeel.admission.max-queue-delay=1s",
            // nodes stay in rotation however they fail
            "evenkeel.balancer.ejection-failures=1000",
            "evenkeel.balancer.max-ejected=0",
            "evenkeel.retry.budget-share=0",
            "evenkeel.retry.budget-per-second=1",
            "evenkeel.retry.budget-window=3s",
            "evenkeel.routing.default-models.embedding=embedder",
        })
class OverloadTest extends GatewayFixture {

    private ScriptedNode a;
    private ScriptedNode b;

    @BeforeEach
    void twoNodes() {
        a = addNode("a-" + System.identityHashCode(this));
        b = addNode("b-" + System.identityHashCode(this));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    /v1/embeddings            | {"model":"embedder","input":"x"} | "type":"rate_limit_error"
                    /embed                    | {"inputs":"x"}                   | "error_type":"Overloaded"
                    /v2/models/embedder/infer | {"inputs":[]}                    | {"error":"the nodes that serve 'embedder'
                    """)
    void whatTheFleetCannotFinishInTimeIsToldSoAtOnceInItsOwnApi(String path, String body, String part)
            throws Exception {
        double before = rejections("overload");
        everybodyHas(5e6);
        HttpResponse<String> answer = post(path, body, 0);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(429);
        assertThat(answer.body()).contains(part);
        // some five seconds of work, less the half second from which on some are turned away
        assertThat(answer.headers().firstValueAsLong("Retry-After").orElse(0)).isBetween(1L, 5L);
        assertThat(received()).isEmpty();
        assertThat(rejections("overload")).isEqualTo(before + 1);
    }

    @Test
    void aLongBodyIsNotEvenReadWhileNoNodeHasRoomForAnything() throws Exception {
        everybodyHas(5e6);
        try (Socket client = connect()) {
            write(client, "POST /v1/embeddings HTTP/1.1\r\nHost: gateway\r\nContent-Length: 1000000\r\n\r\n");
            assertThat(readUntil(client.getInputStream(), "\r\n\r\n"))
                    .startsWith("HTTP/1.1 429")
                    .contains("Retry-After: ");
        }
        b.queueWork = 0;
        await("one has room", () -> endpoint(b).outstandingWork() == 0);
        String padded = OPENAI_BODY + " ".repeat(1_000_000);
        assertThat(post("/v1/embeddings", padded).statusCode()).isEqualTo(200);
    }

    @Test
    void aWaitThatIsWithinTheLimitIsTooLongForAClientThatHasLessTime() throws Exception {
        everybodyHas(4e5);
        assertThat(post("/v1/embeddings", OPENAI_BODY, 0).statusCode()).isEqualTo(200);
        assertThat(post("/v1/embeddings", OPENAI_BODY, 5_000).statusCode()).isEqualTo(200);
        HttpResponse<String> answer = post("/v1/embeddings", OPENAI_BODY, 50);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(429);
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(received()).hasSize(2);
    }

    /** With a limit of a second some that is bulk is refused from a quarter of it on, and of the others from half on. */
    @Test
    void bulkIsRefusedFirst() throws Exception {
        everybodyHas(4.9e5);
        int refused = 0;
        for (int i = 0; i < 20; i++) {
            assertThat(post("/v1/embeddings", OPENAI_BODY, 0).statusCode()).isEqualTo(200);
            refused += postBulk() == 429 ? 1 : 0;
        }
        // nearly all; what a node has finished since its last word is taken off
        assertThat(refused).isPositive();
        everybodyHas(1e5);
        assertThat(postBulk()).isEqualTo(200);
    }

    private int postBulk() throws Exception {
        return send(request("/v1/embeddings", OPENAI_BODY).header(Headers.PRIORITY, "Bulk"))
                .statusCode();
    }

    /** Three are saved up, and one comes in a second: two nodes that fail are not asked twice as much. */
    @Test
    void aRetryThatThereIsNoBudgetForIsNotSentAndTheFailureStands() throws Exception {
        for (ScriptedNode node : List.of(a, b)) {
            node.behaviour = (_, response) -> node.answerAs(node.id, 500, "{\"broken\":1}", response);
        }
        double before = rejections("retry_budget");
        long start = System.nanoTime();
        for (int i = 0; i < 30; i++) {
            HttpResponse<String> answer = post("/v1/embeddings", OPENAI_BODY, 0);
            assertThat(answer.statusCode()).isEqualTo(500);
            assertThat(answer.body()).isEqualTo("{\"broken\":1}");
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        double retries = received().size() - 30.0;
        assertThat(retries).isBetween(1.0, 3 + Math.ceil(seconds));
        assertThat(rejections("retry_budget") - before).isEqualTo(30 - retries);
        assertThat(fleet.endpoints()).allMatch(endpoint -> endpoint.ownRequests() == 0);
    }

    private void everybodyHas(double work) {
        a.queueWork = work;
        b.queueWork = work;
        await(
                "the gateway has heard it",
                () -> Stream.of(a, b)
                        .map(this::endpoint)
                        .allMatch(endpoint -> endpoint.reported()
                                .filter(last -> last.othersWork() == work)
                                .isPresent()));
    }

    /** @param timeout milliseconds that the client gives it; 0 to say nothing */
    private HttpResponse<String> post(String path, String body, int timeout) throws Exception {
        HttpRequest.Builder request = request(path, body);
        if (timeout > 0) {
            request.header(Headers.TIMEOUT, Integer.toString(timeout));
        }
        return send(request);
    }
}
