package dev.evenkeel.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.load.Headers;
import dev.evenkeel.load.NodeState;
import dev.evenkeel.model.health.NodeLifecycle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;

/** A node with room for one request. */
@Timeout(120)
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "management.server.port=0",
            "eureka.client.enabled=false",
            "evenkeel.weights-dir=target/weights",
            "evenkeel.node-name=test",
            "evenkeel.max-requests=1",
            "evenkeel.max-inputs=20000",
            "evenkeel.drain.notice=0s"
        })
class OverloadTest {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    /** Seconds of work, most of it for the tokenizer. */
    private static final String LARGE = "{\"model\":\"minibag-embed-256\",\"truncate\":true,\"input\":["
            + IntStream.range(0, 16_000)
                    .mapToObj(i -> "\"" + String.join(" ", Collections.nCopies(120, "number")) + i + "\"")
                    .collect(Collectors.joining(","))
            + "]}";

    @LocalServerPort
    private int port;

    @LocalManagementPort
    private int managementPort;

    @Autowired
    private NodeLifecycle lifecycle;

    @BeforeEach
    void ready() {
        Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> lifecycle.state() == NodeState.UP);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    /v1/embeddings                 | "code":"rate_limit_exceeded"
                    /embed                         | "error_type":"Overloaded"
                    /v2/models/clinc150-intent/infer | {"error":"The node's queue is full
                    """)
    void whatThereIsNoRoomForIsRefusedBeforeItIsRead(String path, String shape) throws Exception {
        CompletableFuture<HttpResponse<String>> inside =
                CLIENT.sendAsync(large("r").build(), BodyHandlers.ofString());
        try {
            Awaitility.await().until(() -> metric("evenkeel_in_flight_requests") == 1);
            assertThat(headersAlone(path))
                    .startsWith("HTTP/1.1 429")
                    .containsPattern("(?i)\r\nRetry-After: [1-9]")
                    .containsPattern("(?i)\r\nretry-after-ms: [1-9]")
                    .contains(Headers.LOAD)
                    .contains(shape);
            assertThat(inside).isNotDone();
            assertThat(metric("evenkeel_requests_refused_total{reason=\"queue_full\"}"))
                    .isPositive();
        } finally {
            // it can be cancelled once it is read
            Awaitility.await().until(() -> delete("r") == 204);
        }
        assertThat(inside.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(499);
    }

    @Test
    void aCancelledRequestLeavesAtOnceAndAnUnknownOneIsNotFound() throws Exception {
        CompletableFuture<HttpResponse<String>> inside =
                CLIENT.sendAsync(large("gone").build(), BodyHandlers.ofString());
        Awaitility.await().until(() -> delete("gone") == 204);
        assertThat(inside.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(499);
        assertThat(delete("gone")).isEqualTo(404);
        assertThat(metric("evenkeel_inputs_cancelled_total{model=\"minibag-embed-256\"}"))
                .isPositive();
        Awaitility.await().until(() -> metric("evenkeel_queue_work") == 0);
    }

    @Test
    void aRequestWhoseTimeIsOverIsToldSoInTime() throws Exception {
        HttpResponse<String> answer =
                CLIENT.send(large("late").header(Headers.TIMEOUT, "50").build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(answer.body()).contains("There was no answer within the request's 50 ms.");
        assertThat(metric("evenkeel_inputs_expired_total{model=\"minibag-embed-256\"}"))
                .isPositive();
        Awaitility.await().until(() -> metric("evenkeel_queue_work") == 0);
    }

    /** One carrier takes what comes for as long as something comes, and what waits to be answered is never its turn. */
    @Test
    void requestsAndPollsNeedNoVirtualThread() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> busy = IntStream.range(0, 4 * Runtime.getRuntime().availableProcessors())
                .mapToObj(_ -> Thread.startVirtualThread(() -> {
                    while (!over.get()) {
                        Thread.onSpinWait();
                    }
                }))
                .toList();
        try {
            Duration limit = Duration.ofSeconds(10);
            HttpRequest poll = HttpRequest.newBuilder(uri(managementPort, "/actuator/load"))
                    .timeout(limit)
                    .build();
            assertThat(CLIENT.send(poll, BodyHandlers.ofString()).body()).contains("named_metrics.state=0");
            HttpRequest request = HttpRequest.newBuilder(uri(port, "/v1/embeddings"))
                    .timeout(limit)
                    .POST(BodyPublishers.ofString("{\"model\":\"minibag-embed-256\",\"input\":\"x\"}"))
                    .build();
            assertThat(CLIENT.send(request, BodyHandlers.ofString()).statusCode())
                    .isEqualTo(200);
        } finally {
            over.set(true);
            for (Thread thread : busy) {
                thread.join();
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    X-Request-Timeout-Ms | soon   | The header X-Request-Timeout-Ms is 'soon'; it must be a number of milliseconds
                    X-Request-Timeout-Ms | -5     | The header X-Request-Timeout-Ms is '-5'; it must be a number of milliseconds
                    X-Evenkeel-Priority  | urgent | The header X-Evenkeel-Priority is 'urgent'; it must be interactive or bulk.
                    """)
    void aHeaderThatCannotBeFollowedIsNamed(String header, String value, String sentence) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri(port, "/v1/embeddings"))
                .header(header, value)
                .POST(BodyPublishers.ofString("{\"model\":\"minibag-embed-256\",\"input\":\"x\"}"))
                .build();
        HttpResponse<String> answer = CLIENT.send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains(sentence);
    }

    /** Says that a body follows and sends none: whoever reads it first would wait. */
    private String headersAlone(String path) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(2_000);
            socket.getOutputStream()
                    .write(("POST " + path
                                    + " HTTP/1.1\r\nHost: node\r\nConnection: close\r\nContent-Length: 100\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            byte[] start = new byte[4_096];
            StringBuilder answer = new StringBuilder();
            for (int read = socket.getInputStream().read(start);
                    read > 0 && !answer.toString().contains("}");
                    read = socket.getInputStream().read(start)) {
                answer.append(new String(start, 0, read, StandardCharsets.UTF_8));
                if (answer.toString().contains("}")) {
                    break;
                }
            }
            return answer.toString();
        }
    }

    private HttpRequest.Builder large(String id) {
        return HttpRequest.newBuilder(uri(port, "/v1/embeddings"))
                .header(Headers.REQUEST_ID, id)
                .POST(BodyPublishers.ofString(LARGE));
    }

    private int delete(String id) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri(port, "/internal/requests/" + id))
                .DELETE()
                .build();
        return CLIENT.send(request, BodyHandlers.discarding()).statusCode();
    }

    private double metric(String series) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri(managementPort, "/actuator/prometheus"))
                .build();
        return CLIENT.send(request, BodyHandlers.ofString())
                .body()
                .lines()
                .filter(line -> line.startsWith(series))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElse(Double.NaN);
    }

    private static URI uri(int port, String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }
}
