package dev.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.load.Headers;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.test.context.TestPropertySource;

/** What does not come in, byte for byte: bad HTTP, too much of it, and too slow. */
@TestPropertySource(
        properties = {
            "evenkeel.max-body=64KB",
            "evenkeel.max-bodies=100KB",
            "evenkeel.door.head-timeout=500ms",
            "evenkeel.door.body-timeout=1s",
            "evenkeel.admission.max-requests.classifier=2",
        })
@ExtendWith(OutputCaptureExtension.class)
class DoorTest extends GatewayFixture {

    private static final String POST = "POST /v1/embeddings HTTP/1.1\r\nHost: gateway\r\n";

    /** Of a request that would follow, if the two ends did not agree where this one ends. */
    private static final String SMUGGLED = "GET /v1/models HTTP/1.1\r\nHost: gateway\r\n\r\n";

    @BeforeEach
    void oneNode() {
        addNode("a-" + System.identityHashCode(this));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    both lengths            | 400 | Content-Length: 5~Transfer-Encoding: chunked~~0~~
                    both, the other way     | 400 | Transfer-Encoding: chunked~Content-Length: 5~~0~~
                    two lengths             | 400 | Content-Length: 5~Content-Length: 6~~hello
                    the same length twice   | 400 | Content-Length: 5~Content-Length: 5~~hello
                    a list of lengths       | 400 | Content-Length: 5, 6~~hello
                    a negative length       | 400 | Content-Length: -1~~
                    a length that is none   | 400 | Content-Length: 0x5~~hello
                    a space before a colon  | 400 | Content-Length : 5~~hello
                    a tab before a colon    | 400 | Transfer-Encoding`\\t`: chunked~~0~~
                    a bare line feed        | 400 | X-A: b^Content-Length: 5~~hello
                    a name with a space     | 400 | X A: b~Content-Length: 5~~hello
                    an unknown encoding     | 400 | Transfer-Encoding: chunked, identity~Content-Length: 5~~hello
                    a chunk size that is none | 400 | Transfer-Encoding: chunked~~zz~hello~0~~
                    """)
    void whatTwoServersMayReadInTwoWaysIsRefused(String what, int status, String rest, CapturedOutput log)
            throws Exception {
        String request = POST + rest.replace("`\\t`", "\t").replace("~", "\r\n").replace("^", "\n") + SMUGGLED;
        String answer = exchange(request);
        assertThat(answer).as(what).startsWith("HTTP/1.1 " + status);
        assertThat(answer).as("what follows is no request").doesNotContain("\"object\"");
        assertThat(received()).isEmpty();
        assertNoErrorOfTheGateways(log);
    }

    @Test
    void aHeadThatIsALineFeedShortIsRefused() throws Exception {
        assertThat(exchange("GET /v1/models HTTP/1.1\nHost: gateway\n\n")).startsWith("HTTP/1.1 400");
    }

    @ParameterizedTest
    @CsvSource({"10, 10000, 431", "20000, 10, 431"})
    void aFloodOfHeadersIsRefused(int headers, int length, int status) throws Exception {
        StringBuilder request = new StringBuilder(POST);
        for (int i = 0; i < headers; i++) {
            request.append("X-")
                    .append(i)
                    .append(": ")
                    .append("x".repeat(length))
                    .append("\r\n");
        }
        assertThat(exchange(request + "\r\n")).startsWith("HTTP/1.1 " + status);
    }

    @Test
    void aLineThatIsTooLongIsRefused() throws Exception {
        assertThat(exchange("GET /" + "x".repeat(20_000) + " HTTP/1.1\r\nHost: gateway\r\n\r\n"))
                .startsWith("HTTP/1.1 414");
    }

    /** However it is written, and however often. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    an instance             | X-Evenkeel-Instance: forged
                    in capitals             | X-EVENKEEL-INSTANCE: forged
                    in small letters        | x-evenkeel-node:forged
                    one that nobody uses    | X-evenKeel-Whatever: forged
                    one without a name      | X-Evenkeel-: forged
                    a load report           | endpoint-load-metrics: TEXT named_metrics.forged=2
                    oddly                   | eNDPOINT-Load-METRICS:     TEXT named_metrics.forged=2
                    an address              | X-Real-IP: forged
                    in other letters        | x-REAL-ip: forged
                    more than once          | X-Real-IP: forged~x-real-ip: forged~X-Evenkeel-A: forged~x-evenkeel-a: forged
                    named by the connection | Connection: X-Real-IP~X-Real-IP: forged
                    """)
    void whatNodesAndGatewayTellEachOtherIsTakenOffARequest(String what, String headers) throws Exception {
        String forged = headers.replace("~", "\r\n") + "\r\n";
        String chunk = Integer.toHexString(OPENAI_BODY.length()) + "\r\n" + OPENAI_BODY + "\r\n0\r\n";
        try (Socket client = connect()) {
            write(client, POST + forged + "Content-Length: " + OPENAI_BODY.length() + "\r\n\r\n" + OPENAI_BODY);
            assertThat(readUntil(client.getInputStream(), ScriptedNode.ANSWER)).startsWith("HTTP/1.1 200");
            // behind the body
            write(client, POST + "Transfer-Encoding: chunked\r\n\r\n" + chunk + forged + "\r\n");
            assertThat(readUntil(client.getInputStream(), ScriptedNode.ANSWER)).startsWith("HTTP/1.1 200");
        }
        assertThat(received()).hasSize(2);
        for (ScriptedNode.Received each : received()) {
            assertThat(each.headers().toString().toLowerCase(Locale.ROOT))
                    .as(what)
                    .doesNotContain("forged", "x-evenkeel-", Headers.LOAD, "x-real-ip");
        }
    }

    @Test
    void whatAClientMaySayArrivesHoweverItIsWritten() throws Exception {
        try (Socket client = connect()) {
            write(
                    client,
                    POST + "x-EVENKEEL-model: embedder\r\nX-Evenkeel-PRIORITY: bulk\r\nContent-Length: "
                            + OPENAI_BODY.length() + "\r\n\r\n" + OPENAI_BODY);
            assertThat(readUntil(client.getInputStream(), ScriptedNode.ANSWER)).startsWith("HTTP/1.1 200");
        }
        assertThat(received().getFirst().headers().get(Headers.MODEL)).isEqualTo("embedder");
        assertThat(received().getFirst().headers().get(Headers.PRIORITY)).isEqualTo("bulk");
    }

    /** Of an answer that is held until it is whole, one that is passed on as it comes, and refusals. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    200 OK                  | Content-Length: 13~~{"answer":42}
                    200 OK                  | Transfer-Encoding: chunked~~d~{"answer":42}~0~Endpoint-Load-Metrics: forged~~
                    422 Unprocessable       | Content-Length: 13~~{"answer":42}
                    503 Service Unavailable | Content-Length: 13~~{"answer":42}
                    """)
    void whatNodesAndGatewayTellEachOtherIsTakenOffAnAnswer(String status, String rest) throws Exception {
        String answer = "HTTP/1.1 " + status + "~X-evenkeel-INSTANCE: " + node(0).id
                + "~ENDPOINT-load-metrics: TEXT named_metrics.forged=2~endpoint-load-metrics: forged"
                + "~X-Evenkeel-Node: forged~x-EVENKEEL-node: forged~x-evenkeel-whatever: forged~X-REQUEST-id: forged~"
                + rest;
        node(0).behaviour = (_, response) -> ScriptedNode.babble(response, answer.replace("~", "\r\n"));
        String told = exchange(POST + "X-Request-Id: mine\r\nConnection: close\r\nContent-Length: "
                        + OPENAI_BODY.length() + "\r\n\r\n" + OPENAI_BODY)
                .toLowerCase(Locale.ROOT);
        assertThat(told)
                .startsWith("http/1.1 " + status.substring(0, 3))
                .contains(ScriptedNode.ANSWER)
                .doesNotContain("forged", Headers.LOAD)
                .containsOnlyOnce("x-evenkeel-")
                .containsOnlyOnce("x-evenkeel-node: name-of-" + node(0).id + "\r\n")
                .containsOnlyOnce("x-request-id: mine\r\n");
    }

    @Test
    void aBodyThatIsTooLongIsRefusedBeforeItIsRead() throws Exception {
        assertThat(exchange(POST + "Content-Length: 99999999999\r\n\r\n")).startsWith("HTTP/1.1 413");
        String chunk = "4000\r\n" + "x".repeat(0x4000) + "\r\n";
        assertThat(exchange(POST + "Transfer-Encoding: chunked\r\n\r\n" + chunk.repeat(5)))
                .startsWith("HTTP/1.1 413");
        assertThat(received()).isEmpty();
    }

    /** Closed at once, its unread bytes would make a reset of it, and the answer be lost on whoever writes before reading. */
    @Test
    void whoIsRefusedWhileStillSendingReadsItsAnswer() throws Exception {
        try (Socket client = connect()) {
            write(client, POST + "Content-Length: 70000\r\n\r\n" + "x".repeat(10_000));
            assertThat(readUntil(client.getInputStream(), "}}")).startsWith("HTTP/1.1 413");
            for (int i = 0; i < 6; i++) {
                write(client, "x".repeat(10_000));
            }
            assertThat(client.getInputStream().read()).as("no more comes").isEqualTo(-1);
        }
        assertThat(received()).isEmpty();
    }

    @Test
    void whoIsRefusedAndGoesOnSendingIsCutOff() throws Exception {
        try (Socket client = connect()) {
            write(client, POST + "Content-Length: 70000\r\n\r\n");
            assertThat(readUntil(client.getInputStream(), "}}")).startsWith("HTTP/1.1 413");
            Thread dripping = Thread.ofVirtual().start(() -> drip(client));
            assertThat(dripping.join(Duration.ofSeconds(6))).isTrue();
        }
    }

    @Test
    void bodiesThatAreTooMuchTogetherAreRefusedBeforeTheyAreReadOrAsTheyCome() throws Exception {
        try (Socket first = connect()) {
            // declared, and not sent yet
            write(first, POST + "Content-Length: 60000\r\n\r\n{");
            await(
                    "it is in",
                    () -> exchange(POST + "Content-Length: 60000\r\n\r\n").startsWith("HTTP/1.1 429"));
            String chunk = "C000\r\n" + "x".repeat(0xC000) + "\r\n";
            assertThat(exchange(POST + "Transfer-Encoding: chunked\r\n\r\n" + chunk))
                    .startsWith("HTTP/1.1 429")
                    .containsIgnoringCase("retry-after: 1\r\n")
                    .contains("\"type\":\"rate_limit_error\"");
            assertThat(post("/v1/embeddings", OPENAI_BODY).statusCode()).isEqualTo(200);
        }
        await("there is room again", () -> {
            String text = "x".repeat(60_000);
            return post("/v1/embeddings", OPENAI_BODY.replace("a text", text)).statusCode() == 200;
        });
    }

    @Test
    void whoSendsHeadersOrABodyTooSlowlyIsCutOffAndNobodyElseIs(CapturedOutput log) throws Exception {
        List<Socket> slow = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 0; i < 20; i++) {
            slow.add(connect());
            write(slow.getLast(), i % 2 == 0 ? "POST /v1/emb" : POST + "Content-Length: 100\r\n\r\n{");
        }
        for (Socket client : slow) {
            // a byte now and then does not help
            Thread.ofVirtual().start(() -> drip(client));
        }
        for (Socket client : slow) {
            assertThat(post("/v1/embeddings", OPENAI_BODY).statusCode()).isEqualTo(200);
            assertThat(endOf(client)).isTrue();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(6));
        assertThat(received()).hasSize(20);
        assertNoErrorOfTheGateways(log);
    }

    @Test
    void aConnectionMayBeKeptAndABodyMayComeInPieces() throws Exception {
        try (Socket client = connect()) {
            for (int i = 0; i < 3; i++) {
                write(client, POST + "Content-Length: " + OPENAI_BODY.length() + "\r\n");
                Thread.onSpinWait();
                write(client, "\r\n" + OPENAI_BODY.substring(0, 5));
                write(client, OPENAI_BODY.substring(5));
                assertThat(readUntil(client.getInputStream(), ScriptedNode.ANSWER))
                        .startsWith("HTTP/1.1 200");
                // longer than a head may take: nothing has begun
                Thread.sleep(i == 0 ? 700 : 0);
            }
        }
    }

    @Test
    void aModelHasNoMoreRequestsInsideThanItMay() throws Exception {
        node(0).behaviour = (request, response) -> node(0).whenThawed(() -> node(0).answer(request, response));
        node(0).freeze();
        List<CompletableFuture<HttpResponse<String>>> inside = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            inside.add(HTTP.sendAsync(classify().build(), BodyHandlers.ofString()));
        }
        await("they are inside", () -> received().size() == 2);
        double before = rejections("model_limit");
        HttpResponse<String> third = send(classify());
        assertThat(third.statusCode()).isEqualTo(429);
        assertThat(third.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(third.body())
                .isEqualTo(
                        "{\"error\":\"the model 'classifier' has as many requests under way as max-requests allows: 2\"}");
        assertThat(rejections("model_limit")).isEqualTo(before + 1);
        node(0).thaw();
        assertThat(post("/v1/embeddings", OPENAI_BODY).statusCode())
                .as("another model")
                .isEqualTo(200);
        for (CompletableFuture<HttpResponse<String>> each : inside) {
            assertThat(each.get().statusCode()).isEqualTo(200);
        }
        await("there is room again", () -> send(classify()).statusCode() == 200);
    }

    private HttpRequest.Builder classify() {
        return request("/v2/models/classifier/infer", "{\"inputs\":[]}");
    }

    private static void drip(Socket client) {
        try {
            while (true) {
                client.getOutputStream().write('x');
                Thread.sleep(100);
            }
        } catch (IOException | InterruptedException _) {
            // it is cut off
        }
    }

    /** What a client did wrong wakes nobody up. */
    private static void assertNoErrorOfTheGateways(CapturedOutput log) {
        assertThat(log).doesNotContain("ERROR");
    }

    private static boolean endOf(Socket client) throws Exception {
        try (client) {
            return client.getInputStream().read() < 0;
        } catch (IOException e) {
            return String.valueOf(e.getMessage()).contains("reset");
        }
    }

    /** All that comes back; the gateway closes the connection, or says nothing more for a while. */
    private String exchange(String request) throws Exception {
        try (Socket client = connect()) {
            client.setSoTimeout(1_500);
            StringBuilder answer = new StringBuilder();
            try {
                write(client, request);
            } catch (IOException _) {
                // it was answered before all was written
            }
            try {
                InputStream in = client.getInputStream();
                byte[] some = new byte[4_096];
                for (int n = in.read(some); n >= 0; n = in.read(some)) {
                    answer.append(new String(some, 0, n, StandardCharsets.ISO_8859_1));
                }
            } catch (IOException _) {
                // closed the hard way, or no more to say
            }
            return answer.toString();
        }
    }
}
