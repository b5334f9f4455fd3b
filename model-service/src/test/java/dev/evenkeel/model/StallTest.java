package dev.evenkeel.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.load.LoadReport;
import dev.evenkeel.load.NodeState;
import dev.evenkeel.load.OrcaText;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/**
 * A model that never comes back from one input, in a process of its own: the native call burns a core for as long as the
 * process lives.
 */
@Timeout(120)
class StallTest {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Duration LIMIT = Duration.ofMillis(300);
    private static final String POISON = "{\"model\":\"m\",\"input\":\"why\"}";
    private static final String GOOD = "{\"model\":\"m\",\"input\":[5]}";

    @TempDir
    private Path dir;

    private int port;
    private int managementPort;
    private Process node;

    @AfterEach
    void end() throws Exception {
        node.destroyForcibly().waitFor(20, TimeUnit.SECONDS);
    }

    @Test
    void aStuckPredictionTakesTheNodeOutOfRotationUntilAnotherWorkerHasTakenOverAndNobodyElseNotices()
            throws Exception {
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> status("/readyz") == 200);
        AtomicBoolean sending = new AtomicBoolean(true);
        try (ExecutorService clients = Executors.newFixedThreadPool(2)) {
            List<CompletableFuture<List<Integer>>> others = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                others.add(CompletableFuture.supplyAsync(() -> sendWhile(sending), clients));
            }
            long sent = System.nanoTime();
            CompletableFuture<HttpResponse<String>> poison = CLIENT.sendAsync(post(POISON), BodyHandlers.ofString());
            Awaitility.await().pollInterval(Duration.ofMillis(10)).until(() -> state() == NodeState.STALLED);
            Duration told = Duration.ofNanos(System.nanoTime() - sent);
            assertThat(status("/readyz")).isEqualTo(503);
            // 250 ms after the limit, and as much again for the way of the request, this poll and a busy machine
            assertThat(told).isBetween(LIMIT, LIMIT.plusMillis(500));
            assertThat(poison.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(500);
            assertThat(poison.get().body())
                    .contains("{\"error\":{\"message\":\"The engine did not come back from this request.\"");
            assertThat(status("/livez")).as("others are still served").isEqualTo(200);
            Awaitility.await().until(() -> state() == NodeState.UP && status("/readyz") == 200);
            assertThat(status("/livez"))
                    .as("another worker takes over before the platform ends it")
                    .isEqualTo(200);
            if (OS.LINUX.isCurrentOs()) {
                assertThat(niceValuesOfWorkers())
                        .as("the stuck one leaves the CPU to the others")
                        .containsExactlyInAnyOrder(19, 0, 0);
            }
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> status("/livez") == 503);
            sending.set(false);
            for (CompletableFuture<List<Integer>> each : others) {
                assertThat(each.get(20, TimeUnit.SECONDS))
                        .hasSizeGreaterThan(10)
                        .containsOnly(200);
            }
        }
        node.destroy();
        assertThat(node.waitFor(20, TimeUnit.SECONDS))
                .as("it ends although a prediction is stuck")
                .isTrue();
    }

    @BeforeEach
    void start() throws IOException {
        try (ServerSocket one = new ServerSocket(0);
                ServerSocket other = new ServerSocket(0)) {
            port = one.getLocalPort();
            managementPort = other.getLocalPort();
        }
        Path arguments = dir.resolve("arguments");
        Files.writeString(
                arguments,
                "-cp \"" + System.getProperty("java.class.path").replace("\\", "\\\\") + "\"\n"
                        + "-Xmx256m --enable-native-access=ALL-UNNAMED\n"
                        + "dev.evenkeel.model.ModelServiceApplication\n");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + arguments,
                "--server.address=127.0.0.1",
                "--server.port=" + port,
                "--management.server.port=" + managementPort,
                "--eureka.client.enabled=false",
                "--evenkeel.weights-dir=" + Path.of("target/weights").toAbsolutePath(),
                "--evenkeel.models[0].name=m",
                "--evenkeel.models[0].url="
                        + Path.of("src/test/resources/models/blocking").toUri(),
                "--evenkeel.models[0].task=embedding",
                // so that nobody shares a batch with the poison
                "--evenkeel.models[0].max-batch=1",
                "--evenkeel.workers=2",
                "--evenkeel.drain.notice=100ms",
                "--evenkeel.watchdog.minimum=" + LIMIT.toMillis() + "ms",
                "--evenkeel.watchdog.restart-after=6s"));
        node = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("log").toFile())
                .start();
    }

    private List<Integer> sendWhile(AtomicBoolean sending) {
        List<Integer> statuses = new ArrayList<>();
        while (sending.get()) {
            try {
                statuses.add(CLIENT.send(post(GOOD), BodyHandlers.ofString()).statusCode());
            } catch (IOException e) {
                statuses.add(-1);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return statuses;
            }
        }
        return statuses;
    }

    /** By proc(5): the name stands in brackets, and the nice value is the 17th field after it. */
    private List<Integer> niceValuesOfWorkers() throws IOException {
        List<Integer> values = new ArrayList<>();
        try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(node.pid()), "task"))) {
            for (Path thread : threads.toList()) {
                String status = Files.readString(thread.resolve("stat"));
                if (status.contains("(predict-")) {
                    String[] fields =
                            status.substring(status.lastIndexOf(')') + 2).split(" ", -1);
                    values.add(Integer.parseInt(fields[16]));
                }
            }
        }
        return values;
    }

    private HttpRequest post(String body) {
        return HttpRequest.newBuilder(uri(port, "/v1/embeddings"))
                .POST(BodyPublishers.ofString(body))
                .build();
    }

    /** -1 when nobody answers. */
    private int status(String path) throws InterruptedException {
        try {
            return CLIENT.send(HttpRequest.newBuilder(uri(port, path)).build(), BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            return -1;
        }
    }

    private NodeState state() throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(uri(managementPort, "/actuator/load")).build();
        String body = CLIENT.send(request, BodyHandlers.ofString()).body();
        Optional<LoadReport> report =
                OrcaText.decode(new JsonMapper().readTree(body).path("load").stringValue());
        return report.orElseThrow().state();
    }

    private static URI uri(int port, String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }
}
