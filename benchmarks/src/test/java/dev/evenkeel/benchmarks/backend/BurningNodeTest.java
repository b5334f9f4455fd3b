package dev.evenkeel.benchmarks.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.benchmarks.host.Ports;
import dev.evenkeel.load.Headers;
import dev.evenkeel.load.LoadReport;
import dev.evenkeel.load.NodeStatus;
import dev.evenkeel.load.OrcaText;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class BurningNodeTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final HttpClient http = HttpClient.newHttpClient();
    private int port;
    private int management;

    @BeforeEach
    void serve() throws InterruptedException {
        List<Integer> ports = Ports.free(2);
        port = ports.get(0);
        management = ports.get(1);
        BurningNode.serve(
                new Voice("node", "model", BurningNode.COST_BASE, BurningNode.COST_PER_WORD, 0.2), 1, port, management);
    }

    @Test
    void requestsBurnWhatTheyAreWorthOneAfterAnother() throws Exception {
        Duration each = Duration.ofNanos((long) (1e3 * (BurningNode.COST_BASE + 1_000 * BurningNode.COST_PER_WORD)));
        long start = System.nanoTime();
        List<CompletableFuture<HttpResponse<String>>> answers =
                IntStream.range(0, 4).mapToObj(i -> ask("request-" + i, 1_000)).toList();
        LoadReport busy = whenInside(4);
        answers.forEach(CompletableFuture::join);
        Duration took = Duration.ofNanos(System.nanoTime() - start);

        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.join().body()).contains("\"embedding\""));
        assertThat(took).isGreaterThanOrEqualTo(each.multipliedBy(4));
        assertThat(busy.queueWork()).isGreaterThan(3 * each.toNanos() / 1e3);
        LoadReport idle = load();
        assertThat(idle.queueWork()).isZero();
        assertThat(idle.workRate())
                .as("us of CPU in a second, on a core of its own or not")
                .isBetween(1e4, 1.01e6);
        assertThat(idle.seq()).isGreaterThan(busy.seq());
    }

    @Test
    void whatIsCancelledIsNotBurnt() throws Exception {
        CompletableFuture<HttpResponse<String>> first = ask("first", 5_000);
        whenInside(1);
        CompletableFuture<HttpResponse<String>> second = ask("second", 1_000);
        whenInside(2);
        HttpRequest cancellation = HttpRequest.newBuilder(uri(port, "/internal/requests/second"))
                .timeout(LIMIT)
                .DELETE()
                .build();
        http.send(cancellation, HttpResponse.BodyHandlers.discarding());
        first.join();

        assertThat(load().inFlight()).isZero();
        assertThat(load().queueWork()).isZero();
        assertThat(second).isNotDone();
        second.cancel(true);
    }

    private CompletableFuture<HttpResponse<String>> ask(String id, int words) {
        String text = "word ".repeat(words).strip();
        HttpRequest request = HttpRequest.newBuilder(uri(port, "/v1/embeddings"))
                .timeout(LIMIT)
                .header(Headers.REQUEST_ID, id)
                .POST(HttpRequest.BodyPublishers.ofString(text))
                .build();
        return http.sendAsync(request, HttpResponse.BodyHandlers.ofString());
    }

    /** What it reports as soon as so many are inside; each is there for longer than the others take to arrive. */
    private LoadReport whenInside(int requests) throws Exception {
        long end = System.nanoTime() + LIMIT.toNanos();
        LoadReport report = load();
        while (report.inFlight() < requests && System.nanoTime() - end < 0) {
            report = load();
        }
        assertThat(report.inFlight()).isEqualTo(requests);
        return report;
    }

    private LoadReport load() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri(management, "/actuator/load"))
                .timeout(LIMIT)
                .build();
        String body = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        NodeStatus status = JsonMapper.builder().build().readValue(body, NodeStatus.class);
        return OrcaText.decode(status.load()).orElseThrow();
    }

    private static URI uri(int port, String path) {
        return URI.create("http://localhost:" + port + path);
    }
}
