package dev.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.load.Headers;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/** What a request says of itself in its headers: its time, its name, its priority. */
class TermsTest extends GatewayFixture {

    @BeforeEach
    void twoNodes() {
        addNode("a-" + System.identityHashCode(this));
        addNode("b-" + System.identityHashCode(this));
    }

    @Test
    void aRequestWhoseTimeIsOverIsAnsweredSoAndItsNodeIsToldAndNotBlamed() throws Exception {
        started.forEach(node -> node.behaviour = (_, _) -> Mono.never());
        for (int i = 0; i < 6; i++) {
            long start = System.nanoTime();
            HttpResponse<String> answer =
                    send(request("/v1/embeddings", OPENAI_BODY).header(Headers.TIMEOUT, "100"));
            assertThat(answer.statusCode()).isEqualTo(504);
            assertThat(answer.body())
                    .contains("no node answered for 'embedder' within 100 ms")
                    .contains("\"type\":\"server_error\"");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(99));
        }
        await("the attempts are over", () -> node(0).inside() + node(1).inside() == 0 && outstanding() == 0);
        List<String> ids = received().stream()
                .map(each -> each.headers().get(Headers.REQUEST_ID))
                .toList();
        await("the nodes know", () -> cancelled().containsAll(ids));
        assertThat(ids).doesNotHaveDuplicates();
        assertThat(count("evenkeel.gateway.ejections", node(0), "reason", "failures")
                        + count("evenkeel.gateway.ejections", node(1), "reason", "failures"))
                .isZero();
    }

    @Test
    void eachAttemptIsGivenTheTimeThatIsLeft() throws Exception {
        started.forEach(node ->
                node.behaviour = (request, response) -> received().size() > 1
                        ? node.answer(request, response)
                        : Mono.delay(Duration.ofMillis(200))
                                .then(Mono.defer(() -> Mono.from(node.answerAs(node.id, 500, "{}", response)))));
        HttpResponse<String> answer =
                send(request("/v1/embeddings", OPENAI_BODY).header(Headers.TIMEOUT, "5000"));
        assertThat(answer.statusCode()).isEqualTo(200);
        List<Long> given = received().stream()
                .map(each -> Long.parseLong(each.headers().get(Headers.TIMEOUT)))
                .sorted()
                .toList();
        assertThat(given).hasSize(2);
        assertThat(given.getLast()).isBetween(4_000L, 5_000L);
        assertThat(given.getFirst()).isLessThanOrEqualTo(given.getLast() - 199);
    }

    @ParameterizedTest
    @CsvSource({"'', 60000", "999999999, 60000"})
    void whoSaysNothingOrTooMuchIsGivenWhatTheGatewayGives(String asked, long most) throws Exception {
        var request = request("/v1/embeddings", OPENAI_BODY);
        if (!asked.isEmpty()) {
            request.header(Headers.TIMEOUT, asked);
        }
        assertThat(send(request).statusCode()).isEqualTo(200);
        assertThat(Long.parseLong(received().getFirst().headers().get(Headers.TIMEOUT)))
                .isBetween(most - 5_000, most);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/embeddings, X-Request-Timeout-Ms, soon, 400",
        "/v1/embeddings, X-Request-Timeout-Ms, 0, 400",
        "/v2/models/embedder/infer, X-Request-Timeout-Ms, -5, 400",
        "/embed, X-Request-Timeout-Ms, 1e3, 422",
        "/embed, X-Evenkeel-Priority, urgent, 422",
    })
    void aHeaderThatIsNotWhatItMayBeIsNamed(String path, String header, String value, int status) throws Exception {
        HttpResponse<String> answer = send(request(path, OPENAI_BODY).header(header, value));
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).contains("the header " + header + " is '" + value + "'; it must be ");
        assertThat(answer.headers().firstValue(Headers.REQUEST_ID)).isPresent();
        assertThat(received()).isEmpty();
    }

    @Test
    void aClientsIdIsKeptAndTheNodesIsAnother() throws Exception {
        for (int i = 0; i < 2; i++) {
            HttpResponse<String> answer =
                    send(request("/v1/embeddings", OPENAI_BODY).header(Headers.REQUEST_ID, "trace-7:a.b_c"));
            assertThat(answer.headers().allValues(Headers.REQUEST_ID)).containsExactly("trace-7:a.b_c");
        }
        assertThat(received())
                .extracting(each -> each.headers().get(Headers.REQUEST_ID))
                .allMatch(id -> id.startsWith("trace-7:a.b_c~"))
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a/b", "../x", "a~b", "ü"})
    void anIdThatCannotBeKeptIsReplaced(String id) throws Exception {
        assertReplaced(id);
    }

    @Test
    void anIdThatIsTooLongIsReplaced() throws Exception {
        assertReplaced("x".repeat(129));
    }

    private void assertReplaced(String id) throws Exception {
        try (Socket client = connect()) {
            write(
                    client,
                    "POST /v1/embeddings HTTP/1.1\r\nHost: gateway\r\nX-Request-Id: " + id + "\r\nContent-Length: "
                            + OPENAI_BODY.length() + "\r\n\r\n" + OPENAI_BODY);
            assertThat(readUntil(client.getInputStream(), "\r\n\r\n"))
                    .contains("200 OK")
                    .containsPattern("(?i)x-request-id: [0-9a-z]+-[0-9a-z]+\r\n");
        }
    }

    @Test
    void nodesAreToldTheModelAndThePriorityAndNothingElseThatIsInternal() throws Exception {
        HttpResponse<String> answer = send(request("/embed", "{\"inputs\":\"x\"}")
                .header(Headers.MODEL, "embedder")
                .header(Headers.PRIORITY, "bulk")
                .header("X-Evenkeel-Whatever", "forged")
                .header(Headers.INSTANCE, "forged")
                .header(Headers.NODE, "forged")
                .header(Headers.LOAD, "TEXT named_metrics.state=2")
                .header("X-Real-IP", "10.0.0.1"));
        assertThat(answer.statusCode()).isEqualTo(200);
        var headers = received().getFirst().headers();
        assertThat(headers.get(Headers.PRIORITY)).isEqualTo("bulk");
        assertThat(headers.get(Headers.MODEL)).isEqualTo("embedder");
        assertThat(headers.toString()).doesNotContain("forged", "10.0.0.1", Headers.LOAD);
    }

    private List<String> cancelled() {
        return started.stream().flatMap(node -> node.cancelled.stream()).toList();
    }
}
