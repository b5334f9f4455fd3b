package dev.evenkeel.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.load.NodeState;
import dev.evenkeel.model.health.NodeLifecycle;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A whole node with tensor models of both engines and nothing else, over real sockets. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "management.server.port=0",
            "eureka.client.enabled=false",
            "evenkeel.weights-dir=target/weights",
            "evenkeel.node-name=test",
            "evenkeel.default-models.embedding=",
            "evenkeel.default-models.classification="
        })
class TensorNodeTest {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final JsonMapper JSON = new JsonMapper();
    private static final Path MODELS = Path.of("src/test/resources/models").toAbsolutePath();
    private static final List<JsonNode> EXPECTED =
            JSON.readTree(MODELS.resolve("tensors.json").toFile()).valueStream().toList();

    @LocalServerPort
    private int port;

    @LocalManagementPort
    private int managementPort;

    @Autowired
    private NodeLifecycle lifecycle;

    /** All of a list comes from one source. */
    @DynamicPropertySource
    static void models(DynamicPropertyRegistry registry) {
        Map.ofEntries(
                        Map.entry("0].name", "mixer-onnx"),
                        Map.entry("0].task", "tensor"),
                        Map.entry("1].name", "mixer"),
                        Map.entry("1].task", "tensor"),
                        Map.entry("1].inputs[0].name", "flags"),
                        Map.entry("1].inputs[0].datatype", "INT64"),
                        Map.entry("1].inputs[0].shape", "-1,4"),
                        Map.entry("1].inputs[1].name", "features"),
                        Map.entry("1].inputs[1].datatype", "fp32"),
                        Map.entry("1].inputs[1].shape", "-1,3"),
                        Map.entry("1].outputs[0].name", "mixed"),
                        Map.entry("1].outputs[0].datatype", "FP32"),
                        Map.entry("1].outputs[0].shape", "-1,2"),
                        Map.entry("1].outputs[1].name", "count"),
                        Map.entry("1].outputs[1].datatype", "INT64"),
                        Map.entry("1].outputs[1].shape", "-1"),
                        Map.entry("0].url", MODELS.resolve("mixer-onnx").toUri().toString()),
                        Map.entry("1].url", MODELS.resolve("mixer").toUri().toString()))
                .forEach((property, value) -> registry.add("evenkeel.models[" + property, () -> value));
    }

    @BeforeEach
    void ready() {
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> lifecycle.state() == NodeState.UP);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mixer-onnx", "mixer"})
    void requestsOfManyAtOnceAreAnsweredAsTheScriptSays(String model) throws Exception {
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            answers.add(CLIENT.sendAsync(
                    request("/v2/models/" + model + "/infer", body(EXPECTED.get(i % EXPECTED.size()))),
                    BodyHandlers.ofString()));
        }
        for (int i = 0; i < answers.size(); i++) {
            JsonNode answer = json(answers.get(i).get());
            JsonNode expected = EXPECTED.get(i % EXPECTED.size());
            JsonNode mixed = answer.path("outputs").path(0);
            assertThat(answer.path("model_name").stringValue()).isEqualTo(model);
            assertThat(answer.path("id").stringValue()).isEqualTo("7");
            assertThat(mixed.path("name").stringValue()).isEqualTo("mixed");
            assertThat(mixed.path("shape").toString())
                    .isEqualTo("[" + expected.path("rows").intValue() + ",2]");
            assertThat(numbers(mixed.path("data"))).hasSameSizeAs(numbers(expected.path("mixed")));
            for (int j = 0; j < mixed.path("data").size(); j++) {
                assertThat(mixed.path("data").path(j).doubleValue())
                        .isCloseTo(expected.path("mixed").path(j).doubleValue(), within(1e-5));
            }
            assertThat(answer.path("outputs").path(1).path("datatype").stringValue())
                    .isEqualTo("INT64");
            assertThat(answer.path("outputs").path(1).path("data")).isEqualTo(expected.path("count"));
        }
    }

    @Test
    void outputsThatAreAskedForComeAlone() throws Exception {
        String body = "{\"outputs\":[{\"name\":\"count\"}],\"inputs\":" + GOOD + "}";
        JsonNode outputs = json(post("/v2/models/mixer/versions/1/infer", body)).path("outputs");
        assertThat(outputs.toString())
                .isEqualTo("[{\"name\":\"count\",\"datatype\":\"INT64\",\"shape\":[1],\"data\":[10]}]");
    }

    @ParameterizedTest
    @CsvSource({"mixer-onnx,onnxruntime_onnx", "mixer,pytorch_torchscript"})
    void metadataListWhatGoesInAndOut(String model, String platform) throws Exception {
        JsonNode metadata = json(get(port, "/v2/models/" + model));
        assertThat(metadata.path("platform").stringValue()).isEqualTo(platform);
        assertThat(metadata.path("inputs").toString())
                .isEqualTo("[{\"name\":\"features\",\"datatype\":\"FP32\",\"shape\":[-1,3]},"
                        + "{\"name\":\"flags\",\"datatype\":\"INT64\",\"shape\":[-1,4]}]");
        assertThat(metadata.path("outputs").toString())
                .isEqualTo("[{\"name\":\"mixed\",\"datatype\":\"FP32\",\"shape\":[-1,2]},"
                        + "{\"name\":\"count\",\"datatype\":\"INT64\",\"shape\":[-1]}]");
    }

    @Test
    void gatewaysAreToldWhatATensorCosts() throws Exception {
        JsonNode model =
                json(get(managementPort, "/actuator/load")).path("models").path(0);
        assertThat(model.path("task").stringValue()).isEqualTo("tensor");
        assertThat(model.path("costBase").doubleValue()
                        + model.path("costPerToken").doubleValue())
                .isPositive();
        assertThat(model.path("tokensPerByte").doubleValue()).isPositive();
    }

    private static final String FEATURES =
            "{\"name\":\"features\",\"datatype\":\"FP32\",\"shape\":[1,3],\"data\":[1,2,3]}";
    private static final String FLAGS =
            "{\"name\":\"flags\",\"datatype\":\"INT64\",\"shape\":[1,4],\"data\":[1,2,3,4]}";
    private static final String GOOD = "[" + FLAGS + "," + FEATURES + "]";

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            {}                                        | `inputs` is missing.
            {"inputs":{}}                             | `inputs` must be an array of tensors.
            {"inputs":[7]}                            | `inputs[0]` must be an object with name, shape, datatype and data.
            {"inputs":[{}]}                           | `inputs[0].name` is missing.
            {"inputs":[]}                             | `inputs` has no 'features'; the model's inputs are: features, flags.
            {"inputs":[FEATURES]}                     | `inputs` has no 'flags'; the model's inputs are: features, flags.
            {"inputs":[FEATURES,FEATURES]}            | `inputs[1].name` is 'features' a second time; give each input once.
            {"inputs":[{"name":"x"}]}                 | `inputs[0].name` is 'x'; the model's inputs are: features, flags.
            {"inputs":[{"name":"flags","datatype":"INT32"}]} | `inputs[0].datatype` is 'INT32'; 'flags' is of datatype INT64.
            {"inputs":[FEATURES,FLAGS],"outputs":[{"name":"y"}]} | `outputs` asks for 'y'; mixer-onnx has: count, mixed.
            """)
    void mistakesAreNamed(String body, String why) throws Exception {
        HttpResponse<String> answer = post(
                "/v2/models/mixer-onnx/infer",
                body.replace("FEATURES", FEATURES).replace("FLAGS", FLAGS));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(JSON.readTree(answer.body()).path("error").stringValue()).isEqualTo(why);
    }

    @Test
    void apisOfTextRefuseAModelOfTensors() throws Exception {
        HttpResponse<String> embeddings = post("/v1/embeddings", "{\"model\":\"mixer\",\"input\":\"x\"}");
        assertThat(embeddings.statusCode()).isEqualTo(400);
        assertThat(embeddings.body()).contains("`model`: mixer does tensor, not embedding");
        HttpResponse<String> embed = post("/embed", "{\"inputs\":\"x\"}");
        assertThat(embed.body()).contains("No model here does embedding.");
        HttpResponse<String> info = get(port, "/info");
        assertThat(info.body()).contains("No model here does embedding.");
    }

    /** The inputs in the other order than the model's, one flat and one nested. */
    private static String body(JsonNode expected) {
        int rows = expected.path("rows").intValue();
        return """
                {"id":"7","inputs":[{"name":"flags","datatype":"INT64","shape":[%d,4],"data":%s},
                {"name":"features","datatype":"FP32","shape":[%d,3],"data":%s}]}""".formatted(rows, numbers(expected.path("flags")), rows, expected.path("features"));
    }

    private static List<JsonNode> numbers(JsonNode array) {
        return array.valueStream()
                .flatMap(each -> each.isArray() ? numbers(each).stream() : List.of(each).stream())
                .toList();
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return CLIENT.send(request(path, body), BodyHandlers.ofString());
    }

    private HttpRequest request(String path, String body) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .POST(BodyPublishers.ofString(body))
                .build();
    }

    private static HttpResponse<String> get(int onPort, String path) throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + onPort + path))
                        .build(),
                BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }
}
