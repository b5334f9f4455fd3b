package dev.evenkeel.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.load.NodeState;
import dev.evenkeel.model.health.NodeLifecycle;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One node with a model of every task, over real sockets; the tests of the shapes share it. {@code magika} is there where
 * the checkout's neighbour has its folder.
 */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "server.address=127.0.0.1",
            "management.server.port=-1",
            "eureka.client.enabled=false",
            "evenkeel.weights-dir=target/weights",
            "evenkeel.node-name=test",
            "evenkeel.max-body=1MB",
            "evenkeel.drain.notice=0s"
        })
abstract class ApiNode {

    static final HttpClient CLIENT = HttpClient.newHttpClient();
    static final JsonMapper JSON = new JsonMapper();

    /** Google's file-type model, which nobody adapted to this software. */
    static final Path MAGIKA = Path.of("../../shared/data/models/magika").toAbsolutePath();

    private static final Path FOLDERS = Path.of("src/test/resources/models").toAbsolutePath();

    @LocalServerPort
    private int port;

    @Autowired
    private NodeLifecycle lifecycle;

    @DynamicPropertySource
    static void models(DynamicPropertyRegistry registry) {
        model(registry, 0, "minibag-embed-256", "classpath:/models/minibag-embed-256/", "embedding");
        model(registry, 1, "clinc150-intent", "classpath:/models/clinc150-intent/", "classification");
        // tensors first: in one process, ONNX Runtime's environment is made once, by whichever comes first
        model(registry, 2, "mixer-onnx", FOLDERS.resolve("mixer-onnx").toUri().toString(), "tensor");
        registry.add("evenkeel.models[2].version", () -> "7");
        model(registry, 3, "ranker", FOLDERS.resolve("cross-encoder").toUri().toString(), "rerank");
        registry.add("evenkeel.models[3].engine", () -> "onnxruntime");
        if (Files.isDirectory(MAGIKA)) {
            model(registry, 4, "magika", MAGIKA.toUri().toString(), "tensor");
        }
    }

    private static void model(DynamicPropertyRegistry registry, int index, String name, String url, String task) {
        String prefix = "evenkeel.models[" + index + "].";
        registry.add(prefix + "name", () -> name);
        registry.add(prefix + "url", () -> url);
        registry.add(prefix + "task", () -> task);
    }

    @BeforeEach
    void ready() {
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> lifecycle.state() == NodeState.UP);
    }

    /** Without a Content-Type, as some clients send it. */
    HttpRequest.Builder post(String path, String body) {
        return post(path, body.getBytes(StandardCharsets.UTF_8));
    }

    HttpRequest.Builder post(String path, byte[] body) {
        return HttpRequest.newBuilder(uri(path)).POST(BodyPublishers.ofByteArray(body));
    }

    static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    JsonNode get(String path) throws Exception {
        return json(send(HttpRequest.newBuilder(uri(path))));
    }

    JsonNode answer(String path, String body) throws Exception {
        return json(send(post(path, body)));
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    static JsonNode json(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }
}
