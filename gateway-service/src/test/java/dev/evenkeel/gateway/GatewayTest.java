package dev.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.load.Headers;
import dev.evenkeel.load.NodeState;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import org.springframework.test.context.TestPropertySource;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerResponse;

/** The whole chain on real sockets, with nodes that fail on command. */
@TestPropertySource(
        properties = {
            "evenkeel.max-body=64KB",
            "evenkeel.nodes.poll-interval=50ms",
            // nobody comes back by a trial while a test counts attempts
            "evenkeel.balancer.ejection-time=1m",
            "evenkeel.balancer.max-ejection-time=2m",
            "evenkeel.deadline.by-default=2s",
            "evenkeel.routing.default-models.embedding=embedder",
            "evenkeel.routing.default-models.classification=gone",
        })
class GatewayTest extends GatewayFixture {

    @BeforeEach
    void twoNodes() {
        addNode("a-" + System.identityHashCode(this));
        addNode("b-" + System.identityHashCode(this));
    }

    @Test
    void answersWithANodesAnswerAndSaysWhichNode() throws Exception {
        HttpResponse<String> answer = post("/v1/embeddings", OPENAI_BODY);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(ScriptedNode.ANSWER);
        assertThat(answer.headers().firstValue(Headers.NODE))
                .hasValueSatisfying(name -> assertThat(name).isIn("name-of-" + node(0).id, "name-of-" + node(1).id));
    }

    @Test
    void whatNodesAndGatewayTellEachOtherStaysBetweenThem() throws Exception {
        HttpResponse<String> answer = send(request("/v1/embeddings", OPENAI_BODY)
                .header(Headers.LOAD, "TEXT named_metrics.state=2")
                .header(Headers.INSTANCE, "forged")
                .header("X-Real-IP", "10.0.0.1"));
        assertThat(answer.headers().map()).doesNotContainKeys(Headers.LOAD, "x-evenkeel-instance");
        List<String> sent = received().getFirst().headerNames().stream()
                .map(String::toLowerCase)
                .toList();
        assertThat(sent).doesNotContain(Headers.LOAD, "x-evenkeel-instance", "x-real-ip");
    }

    @Test
    void theBodyArrivesAsItWasSentChunkedOrNot() throws Exception {
        String body = "{\"model\":\"embedder\",\"input\":[" + "\"text\",".repeat(2_000) + "\"ü\"]}";
        assertThat(post("/v1/embeddings", body).statusCode()).isEqualTo(200);
        assertThat(send(chunked("/v1/embeddings", body)).statusCode()).isEqualTo(200);
        assertThat(received()).extracting(ScriptedNode.Received::body).containsExactly(body, body);
    }

    @Test
    void aBodyOverTheLimitIsRefusedChunkedOrNot() throws Exception {
        String body = "{\"model\":\"embedder\",\"input\":\"" + "x".repeat(70_000) + "\"}";
        HttpResponse<String> whole = post("/v1/embeddings", body);
        assertThat(whole.statusCode()).isEqualTo(413);
        assertThat(whole.body()).contains("65536").contains("\"param\":null");
        assertThat(rawChunkedStatus(body)).isEqualTo(413);
        assertThat(received()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    /v1/embeddings            | {"model":"nobody","input":"x"} | 404 | {"error":{"message":
                    /v1/embeddings            | {"input":"x"}                  | 400 | 'model' is missing
                    /v1/embeddings            | {"model":                      | 400 | is not JSON
                    /v1/embeddings            | {"a":{"model":"embedder"}}     | 400 | 'model' is missing
                    /v1/embeddings            |                                | 400 | 'model' is missing
                    /v1/unknown               | {}                             | 404 | {"error":{"message":
                    /embed                    | {"inputs":                     | 422 | "error_type":"Validation"
                    /predict                  | {"inputs":"x"}                 | 404 | 'gone'
                    /v2/models/nobody/infer   | {"inputs":[]}                  | 404 | {"error":"there is no model 'nobody'
                    /v2/models/embedder/infer | {"inputs":                     | 400 | {"error":"the body is not JSON
                    """)
    void aBadRequestIsToldWhatIsWrongInItsOwnApi(String path, String body, int status, String part) throws Exception {
        HttpResponse<String> answer = post(path, body == null ? "" : body);
        assertThat(answer.body()).contains(part);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(received()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/embeddings, '{\"model\":\"embedder-alias\",\"input\":\"x\"}'",
        "/embeddings, '{\"model\":\"embedder\",\"input\":\"x\"}'",
        "/embed, '{\"inputs\":\"x\"}'",
        "/v2/models/classifier/infer, '{\"inputs\":[]}'",
        "/v2/models/classifier/versions/1/infer, '{\"inputs\":[]}'",
    })
    void theModelIsFoundInBodyPathHeaderOrByDefault(String path, String body) throws Exception {
        assertThat(post(path, body).statusCode()).isEqualTo(200);
        HttpResponse<String> named =
                send(request("/predict", "{\"inputs\":\"x\"}").header(Headers.MODEL, "classifier"));
        assertThat(named.statusCode()).isEqualTo(200);
    }

    @Test
    void aRequestGoesWhereItsModelIs() throws Exception {
        node(0).models = List.of(node(0).models.getFirst());
        await("the gateway has heard it", () -> !endpoint(0).serves("classifier"));
        for (int i = 0; i < 20; i++) {
            assertThat(post("/v2/models/classifier/infer", "{\"inputs\":[]}").statusCode())
                    .isEqualTo(200);
        }
        assertThat(node(0).received).isEmpty();
    }

    @Test
    void aNodeThatBreaksTheConnectionCostsAnAttemptNotTheRequest() throws Exception {
        node(0).behaviour =
                (_, response) -> response.withConnection(c -> c.dispose()).then();
        assertAllAnswered(20);
        // one that breaks, and a trial when a poll has heard that the node is there
        assertThat(node(0).received).hasSizeLessThanOrEqualTo(2);
        assertThat(endpoint(0).ejection().isEjected()).isTrue();
    }

    @Test
    void aNodeThatDiesInTheMiddleOfItsAnswerCostsAnAttemptNotTheRequest() throws Exception {
        node(0).behaviour = (_, response) -> {
            response.header("Content-Length", "1000").header(Headers.INSTANCE, node(0).id);
            return response.sendString(Flux.concat(Mono.just("{\"half"), Mono.error(new IllegalStateException("dies"))))
                    .then();
        };
        assertAllAnswered(20);
        // one that breaks, and a trial when a poll has heard that the node is there
        assertThat(node(0).received).hasSizeLessThanOrEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "HELLO WORLD~~",
        "HTTP/1.1 two-hundred OK~~",
        "HTTP/9.9.9 200 OK~~",
        "HTTP/1.1 200 OK~Content-Length: many~~{\"answer\":13}",
        "HTTP/1.1 200 OK~Content-Length: 13~Content-Length: 3~~{\"answer\":13}",
        "HTTP/1.1 200 OK~Content-Length: 1000~~{\"answer\":13}",
        "HTTP/1.1 200 OK~Content-Le",
    })
    void aNodeThatBabblesCostsAnAttemptNotTheRequest(String babble) throws Exception {
        node(0).behaviour = (_, response) -> ScriptedNode.babble(response, babble.replace("~", "\r\n"));
        assertAllAnswered(10);
        // one, and a trial when a poll has heard that the node is there
        assertThat(node(0).received).hasSizeLessThanOrEqualTo(2);
        assertThat(ejected(node(0)) || node(0).received.isEmpty()).isTrue();
    }

    /** What comes in chunks goes out as it comes: its client must see that it is not whole. */
    @ParameterizedTest
    @CsvSource({"zz~", "d~{\"answer\":13}~", "d~{\"answer\":13}~5~{"})
    void chunksThatBreakAreNoAnswer(String chunks) throws Exception {
        for (ScriptedNode node : started) {
            node.behaviour = (_, response) -> ScriptedNode.babble(
                    response, ("HTTP/1.1 200 OK~Transfer-Encoding: chunked~~" + chunks).replace("~", "\r\n"));
        }
        try (Socket client = connect()) {
            write(
                    client,
                    "POST /v1/embeddings HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\nContent-Length: "
                            + OPENAI_BODY.length() + "\r\n\r\n" + OPENAI_BODY);
            String answer = new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answer.startsWith("HTTP/1.1 200") && answer.endsWith("\r\n0\r\n\r\n"))
                    .as(answer)
                    .isFalse();
        }
        await("nothing is outstanding", () -> outstanding() == 0);
    }

    @Test
    void aNodeThatIsGoneCostsAnAttemptNotTheRequest() throws Exception {
        node(0).close();
        assertAllAnswered(20);
        assertThat(endpoint(0).ejection().isEjected()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"500", "502", "503", "424"})
    void aNodeThatFailsIsLeftAloneAfterAFewFailuresAndNoClientNotices(int status) throws Exception {
        node(0).behaviour = (_, response) -> node(0).answerAs(node(0).id, status, "{}", response);
        assertAllAnswered(60);
        assertThat(node(0).received).hasSizeLessThanOrEqualTo(5);
    }

    @Test
    void anAnswerFromAnotherInstanceIsNoAnswer() throws Exception {
        node(0).behaviour = (_, response) -> node(0).answerAs("somebody-else", 200, "{\"wrong\":1}", response);
        assertAllAnswered(20);
        assertThat(node(0).received).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void aFullNodesRefusalIsTriedElsewhereAndPassedOnWhenAllAreFull() throws Exception {
        node(0).behaviour = (_, response) -> refuse(node(0), response);
        assertAllAnswered(20);
        node(1).behaviour = (_, response) -> refuse(node(1), response);
        HttpResponse<String> answer = post("/embed", "{\"inputs\":\"x\"}");
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("7");
        assertThat(answer.body()).isEqualTo("{\"full\":1}");
        assertThat(fleet.endpoints()).noneMatch(endpoint -> endpoint.ejection().isEjected());
    }

    @Test
    void aFullNodeBesideADeadOneIsStillAnsweredAsFull() throws Exception {
        node(0).close();
        assertAllAnswered(10);
        node(1).behaviour = (_, response) -> refuse(node(1), response);
        for (int i = 0; i < 5; i++) {
            assertThat(post("/embed", "{\"inputs\":\"x\"}").statusCode()).isEqualTo(429);
        }
        assertThat(node(1).received).hasSizeGreaterThanOrEqualTo(5);
    }

    @Test
    void anOddQueryStringIsTheClientsBusinessAndBlamesNobody() throws Exception {
        try (Socket client = connect()) {
            String head = "POST /v1/embeddings?a[]=1 HTTP/1.1\r\nHost: gateway\r\nContent-Length: "
                    + OPENAI_BODY.length() + "\r\n\r\n";
            client.getOutputStream().write((head + OPENAI_BODY).getBytes(StandardCharsets.US_ASCII));
            byte[] status = client.getInputStream().readNBytes("HTTP/1.1 200".length());
            assertThat(new String(status, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 200");
        }
        assertThat(fleet.endpoints()).noneMatch(endpoint -> endpoint.ejection().isEjected());
        assertThat(received()).extracting(ScriptedNode.Received::path).containsExactly("/v1/embeddings");
    }

    @Test
    void anAnswerThatDoesNotComeInTimeIsNotAskedForAgain() throws Exception {
        started.forEach(node -> node.behaviour = (_, _) -> Mono.never());
        HttpResponse<String> answer = post("/v1/embeddings", OPENAI_BODY);
        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(received()).hasSize(1);
        await("nothing is outstanding", () -> outstanding() == 0);
    }

    @Test
    void aBodyThatStopsAfterItsHeadersIsGivenUpInTime() throws Exception {
        for (ScriptedNode node : started) {
            node.behaviour = (_, response) -> response.header("Content-Length", "1000")
                    .header(Headers.INSTANCE, node.id)
                    .sendString(Flux.concat(Mono.just("{"), Mono.never()), StandardCharsets.US_ASCII)
                    .then();
        }
        assertThat(post("/v1/embeddings", OPENAI_BODY).statusCode()).isEqualTo(504);
        await("nothing is outstanding", () -> outstanding() == 0);
    }

    /** 504: the request's own time was over at the node, and is on every other. */
    @ParameterizedTest
    @ValueSource(ints = {422, 504})
    void aClientsMistakeIsPassedOnAndBlamesNobody(int status) throws Exception {
        for (ScriptedNode node : started) {
            node.behaviour = (_, response) -> node.answerAs(node.id, status, "{\"error\":\"yours\"}", response);
        }
        for (int i = 0; i < 12; i++) {
            assertThat(post("/embed", "{\"inputs\":3}").body()).isEqualTo("{\"error\":\"yours\"}");
        }
        assertThat(received()).hasSize(12);
        assertThat(fleet.endpoints()).noneMatch(endpoint -> endpoint.ejection().isEjected());
    }

    @Test
    void aKnownModelWithoutNodesIsAnsweredThatItMayComeBack() throws Exception {
        started.forEach(node -> node.state = NodeState.DRAINING);
        await("the gateway has heard it", () -> fleet.endpoints().stream().allMatch(e -> e.state() != NodeState.UP));
        HttpResponse<String> answer = post("/v1/embeddings", OPENAI_BODY);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(answer.body()).contains("\"type\":\"server_error\"");
    }

    @Test
    void whenEveryNodeFailsTheClientIsToldSo() throws Exception {
        started.forEach(ScriptedNode::close);
        HttpResponse<String> answer = post("/embed", "{\"inputs\":\"x\"}");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("\"error_type\":\"Unhealthy\"");
        assertThat(answer.headers().firstValue(Headers.NODE)).isEmpty();
    }

    @Test
    void aNodeThatReportsMuchWorkIsSpared() throws Exception {
        node(0).queueWork = 5e6;
        await(
                "the gateway has heard it",
                () -> endpoint(0)
                        .reported()
                        .filter(last -> last.othersWork() > 1e6)
                        .isPresent());
        assertAllAnswered(20);
        assertThat(node(0).received).isEmpty();
    }

    @Test
    void aBusyGatewayAsksNodesLittleAndNothingProbesByDefault() throws Exception {
        assertAllAnswered(5);
        int before = node(0).asked() + node(1).asked();
        assertAllAnswered(200);
        // by the interval of 50 ms each would be asked whenever the other one answers; probes would be hundreds
        assertThat(node(0).asked() + node(1).asked() - before).isLessThan(60);
    }

    @Test
    void outstandingWorkIsCountedUntilTheAnswerAndNotAfter() throws Exception {
        for (ScriptedNode node : started) {
            node.behaviour = (request, response) ->
                    Mono.from(node.answer(request, response)).delaySubscription(Duration.ofSeconds(1));
        }
        var answer = HTTP.sendAsync(request("/v1/embeddings", OPENAI_BODY).build(), BodyHandlers.ofString());
        // one input of 6 characters at 0.25 tokens each, 100 + 10 x 1.5, and one request
        await("it is counted", () -> outstanding() == 115 + 1);
        assertThat(answer.get().statusCode()).isEqualTo(200);
        await("it is counted no more", () -> outstanding() == 0);
    }

    @Test
    void aClientThatLeavesIsCountedNoMore() throws Exception {
        started.forEach(node -> node.behaviour = (_, _) -> Mono.never());
        try (Socket client = connect()) {
            String head = "POST /v1/embeddings HTTP/1.1\r\nHost: gateway\r\nContent-Length: " + OPENAI_BODY.length()
                    + "\r\n\r\n";
            client.getOutputStream().write((head + OPENAI_BODY).getBytes(StandardCharsets.US_ASCII));
            await("it is counted", () -> outstanding() > 0);
        }
        await("it is counted no more", () -> outstanding() == 0);
        assertThat(fleet.endpoints()).noneMatch(endpoint -> endpoint.ejection().isEjected());
    }

    @Test
    void nodesThatTheRegistryLosesAreKeptWhileTheyAnswer() throws Exception {
        registry.listed.clear();
        nodes.refresh();
        assertAllAnswered(5);
        node(0).close();
        await("the dead one is gone", () -> {
            nodes.refresh();
            return fleet.endpoints().size() == 1;
        });
        assertAllAnswered(5);
    }

    /** The registry is away for an hour, and in that time any node has a bad second. */
    @Test
    void aNodeThatTheRegistryLostIsNotForgottenForWhatPasses() throws Exception {
        registry.listed.clear();
        node(0).state = NodeState.STALLED;
        await("it is out", () -> {
            nodes.refresh();
            return endpoint(0).state() == NodeState.STALLED;
        });
        nodes.refresh();
        node(0).state = NodeState.UP;
        await("it says that it is well again, and is still asked", () -> {
            nodes.refresh();
            return endpoint(0).state() == NodeState.UP;
        });
        node(0).state = NodeState.DRAINING;
        await("it said good-bye", () -> {
            nodes.refresh();
            return fleet.endpoints().size() == 1;
        });
    }

    @Test
    void aNewNodeIsUsedSoonAfterItIsListed() throws Exception {
        ScriptedNode late = addNode("late-" + System.identityHashCode(this));
        for (int i = 0; i < 60; i++) {
            post("/v1/embeddings", OPENAI_BODY);
        }
        assertThat(late.received).isNotEmpty();
    }

    @Test
    void saysWhichModelsThereAre() throws Exception {
        HttpResponse<String> models = get("/v1/models");
        assertThat(models.body()).contains("\"id\":\"embedder\"", "\"object\":\"model\"", "\"owned_by\"");
        assertThat(models.body()).doesNotContain("alias");
        assertThat(get("/v1/models/embedder").statusCode()).isEqualTo(200);
        assertThat(get("/v1/models/nobody").statusCode()).isEqualTo(404);
        assertThat(get("/v2/health/ready").statusCode()).isEqualTo(200);
        started.forEach(node -> node.state = NodeState.DRAINING);
        await("nobody is ready", () -> fleet.endpoints().stream().allMatch(e -> e.state() != NodeState.UP));
        assertThat(get("/v2/health/ready").statusCode()).isEqualTo(503);
        assertThat(get("/v2/health/live").body()).contains("\"live\":true", "\"ready\":false");
    }

    private static Publisher<Void> refuse(ScriptedNode node, HttpServerResponse response) {
        response.header("Retry-After", "7");
        return node.answerAs(node.id, 429, "{\"full\":1}", response);
    }

    private void assertAllAnswered(int requests) throws Exception {
        for (int i = 0; i < requests; i++) {
            HttpResponse<String> answer = post("/v1/embeddings", OPENAI_BODY);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(ScriptedNode.ANSWER);
        }
        await("nothing is outstanding", () -> outstanding() == 0);
    }

    /** A publisher of unknown length makes the JDK's client send chunks. */
    private HttpRequest.Builder chunked(String path, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        List<ByteBuffer> pieces = IntStream.iterate(0, at -> at < bytes.length, at -> at + 1_000)
                .mapToObj(at -> ByteBuffer.wrap(bytes, at, Math.min(1_000, bytes.length - at)))
                .toList();
        BodyPublisher unknownLength =
                BodyPublishers.fromPublisher(JdkFlowAdapter.publisherToFlowPublisher(Flux.fromIterable(pieces)));
        return request(path, "").POST(unknownLength);
    }

    /** By hand, because a client that is refused while it sends may report the broken pipe instead of the answer. */
    private int rawChunkedStatus(String body) throws Exception {
        try (Socket client = connect()) {
            OutputStream out = client.getOutputStream();
            out.write("POST /v1/embeddings HTTP/1.1\r\nHost: gateway\r\nTransfer-Encoding: chunked\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            out.write((Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            InputStream in = client.getInputStream();
            String statusLine = new String(in.readNBytes("HTTP/1.1 413".length()), StandardCharsets.US_ASCII);
            return Integer.parseInt(statusLine.substring("HTTP/1.1 ".length()));
        }
    }
}
