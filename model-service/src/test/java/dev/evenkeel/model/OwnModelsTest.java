package dev.evenkeel.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.load.Headers;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A node whose models are its owner's, by configuration alone, in both engines. What they must answer was computed where
 * they were made, by src/test/models/make_models.py.
 */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "server.address=127.0.0.1",
            "management.server.port=-1",
            "eureka.client.enabled=false",
            "evenkeel.weights-dir=target/weights",
            "evenkeel.node-name=test",
            "evenkeel.drain.notice=0s"
        })
class OwnModelsTest {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final JsonMapper JSON = new JsonMapper();
    private static final Path FOLDERS = Path.of("src/test/resources/models");
    private static final JsonNode EXPECTED = JSON.readTree(FOLDERS.resolve("expected.json"));
    private static final double TOLERANCE = 1e-5;

    @LocalServerPort
    private int port;

    @Autowired
    private NodeLifecycle lifecycle;

    @DynamicPropertySource
    static void models(DynamicPropertyRegistry registry) {
        model(registry, 0, "encoder", "encoder", "embedding");
        model(registry, 1, "encoder-onnx", "encoder-onnx", "embedding");
        model(registry, 2, "encoder-first", "encoder", "embedding");
        registry.add("evenkeel.models[2].pooling", () -> "cls");
        registry.add("evenkeel.models[2].normalize", () -> "no");
        model(registry, 3, "ranker", "cross-encoder", "rerank");
        model(registry, 4, "ranker-onnx", "cross-encoder", "rerank");
        registry.add("evenkeel.models[4].engine", () -> "onnxruntime");
        registry.add("evenkeel.default-models.rerank", () -> "ranker");
    }

    private static void model(DynamicPropertyRegistry registry, int index, String name, String folder, String task) {
        String prefix = "evenkeel.models[" + index + "].";
        registry.add(prefix + "name", () -> name);
        registry.add(prefix + "url", () -> FOLDERS.resolve(folder).toUri().toString());
        registry.add(prefix + "task", () -> task);
    }

    @BeforeEach
    void ready() {
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> lifecycle.state() == NodeState.UP);
    }

    @ParameterizedTest
    @CsvSource({"encoder, mean_normalised", "encoder-onnx, mean_normalised", "encoder-first, cls"})
    void everyApiGivesTheVectorsThatTheModelWasMadeWith(String model, String expected) throws Exception {
        List<JsonNode> singles = singles();
        List<String> texts =
                singles.stream().map(each -> each.path("text").stringValue()).toList();
        JsonNode openAi = json(send("/v1/embeddings", model, Map.of("model", model, "input", texts)));
        JsonNode tei = json(send("/embed", model, Map.of("inputs", texts, "normalize", false)));
        JsonNode oip = json(send("/v2/models/" + model + "/infer", model, tensor(List.of(texts.size()), texts)));
        JsonNode flat = oip.path("outputs").path(0).path("data");
        assertThat(oip.path("outputs").path(0).path("shape").toString()).isEqualTo("[3,16]");
        for (int i = 0; i < texts.size(); i++) {
            double[] wanted = numbers(singles.get(i).path(expected));
            assertThat(numbers(openAi.path("data").path(i).path("embedding")))
                    .containsExactly(wanted, within(TOLERANCE));
            assertThat(numbers(tei.path(i))).containsExactly(wanted, within(TOLERANCE));
            double[] row = new double[wanted.length];
            for (int j = 0; j < row.length; j++) {
                row[j] = flat.path(i * row.length + j).doubleValue();
            }
            assertThat(row).containsExactly(wanted, within(TOLERANCE));
        }
    }

    /** Requests of different lengths share batches, and padding must not show in anybody's answer. */
    @ParameterizedTest
    @CsvSource({"encoder, mean_normalised", "encoder-onnx, mean_normalised", "encoder-first, cls"})
    void manyAtOnceGetWhatEachAloneWouldGet(String model, String expected) throws Exception {
        List<JsonNode> singles = singles();
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 48; i++) {
            String text = singles.get(i % singles.size()).path("text").stringValue();
            answers.add(CLIENT.sendAsync(
                    request("/v1/embeddings", model, Map.of("model", model, "input", text)), BodyHandlers.ofString()));
        }
        for (int i = 0; i < answers.size(); i++) {
            JsonNode answer = json(answers.get(i).get(30, TimeUnit.SECONDS));
            assertThat(numbers(answer.path("data").path(0).path("embedding")))
                    .containsExactly(numbers(singles.get(i % singles.size()).path(expected)), within(TOLERANCE));
        }
    }

    @Test
    void teiNormalizesWhatTheModelLeavesAsItIs() throws Exception {
        double[] plain = numbers(json(send("/embed", "encoder-first", Map.of("inputs", "a dog", "normalize", false)))
                .path(0));
        double[] unit = numbers(json(send("/embed", "encoder-first", Map.of("inputs", "a dog", "normalize", true)))
                .path(0));
        assertThat(length(plain)).isGreaterThan(1.1);
        assertThat(length(unit)).isEqualTo(1, within(TOLERANCE));
        assertThat(unit[0] * length(plain)).isEqualTo(plain[0], within(TOLERANCE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ranker", "ranker-onnx"})
    void rerankGivesTheLogitOfThePairAndItsSigmoidTheBestFirst(String model) throws Exception {
        JsonNode pair = pairs().getFirst();
        List<String> texts = List.of("open a new account", pair.path("pair").stringValue(), "a dog", "lost card");
        Map<String, Object> body = Map.of("query", pair.path("text").stringValue(), "texts", texts);
        JsonNode scored = json(send("/rerank", model, body));
        JsonNode raw = json(send("/rerank", model, plus(body, "raw_scores", true)));

        assertThat(scored.valueStream().map(each -> each.path("index").intValue()))
                .containsExactlyInAnyOrder(0, 1, 2, 3);
        assertThat(scored.valueStream()
                        .map(each -> each.path("score").doubleValue())
                        .toList())
                .isSortedAccordingTo((a, b) -> Double.compare(b, a));
        assertThat(scored.path(0).has("text")).isFalse();
        for (int i = 0; i < texts.size(); i++) {
            assertThat(raw.path(i).path("index")).isEqualTo(scored.path(i).path("index"));
            assertThat(scored.path(i).path("score").doubleValue())
                    .isEqualTo(sigmoid(raw.path(i).path("score").doubleValue()), within(TOLERANCE));
        }
        assertThat(scoreOf(raw, 1)).isEqualTo(pair.path("logit").path(0).doubleValue(), within(TOLERANCE));
    }

    @Test
    void rerankSendsTheTextsBackWhenAsked() throws Exception {
        List<String> texts = List.of("a dog", "the river");
        JsonNode answer = json(send("/rerank", "ranker", Map.of("query", "fox", "texts", texts, "return_text", true)));
        assertThat(answer.size()).isEqualTo(2);
        assertThat(answer.valueStream())
                .allSatisfy(each -> assertThat(each.path("text").stringValue())
                        .isEqualTo(texts.get(each.path("index").intValue())));
    }

    /** The query is the first segment, and the text the second: the other way round is another question. */
    @Test
    void theQueryAndTheTextAreNotTheSame() throws Exception {
        for (JsonNode pair : pairs()) {
            String first = pair.path("text").stringValue();
            String second = pair.path("pair").stringValue();
            double wanted = pair.path("logit").path(0).doubleValue();
            assertThat(logit("ranker", first, second)).isEqualTo(wanted, within(TOLERANCE));
            double swapped = logit("ranker", second, first);
            assertThat(Math.abs(swapped - wanted)).isGreaterThan(100 * TOLERANCE);
            assertThat(logit("ranker-onnx", second, first)).isEqualTo(swapped, within(TOLERANCE));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ranker", "ranker-onnx"})
    void inferTakesPairsInTwoColumns(String model) throws Exception {
        List<String> flat = new ArrayList<>();
        pairs().forEach(pair -> {
            flat.add(pair.path("text").stringValue());
            flat.add(pair.path("pair").stringValue());
        });
        JsonNode output = json(send("/v2/models/" + model + "/infer", model, tensor(List.of(2, 2), flat)))
                .path("outputs")
                .path(0);
        assertThat(output.path("name").stringValue()).isEqualTo("score");
        assertThat(output.path("shape").toString()).isEqualTo("[2]");
        for (int i = 0; i < 2; i++) {
            assertThat(output.path("data").path(i).doubleValue())
                    .isEqualTo(sigmoid(pairs().get(i).path("logit").path(0).doubleValue()), within(TOLERANCE));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
                    /rerank                 | ranker | 422 | {"texts":["a"]}                | `query` is missing
                    /rerank                 | ranker | 422 | {"query":"a"}                  | `texts` is missing
                    /rerank                 | ranker | 400 | {"query":"a","texts":[]}       | `texts`
                    /rerank                 | ranker | 422 | {"query":"a","texts":["a",7]}  | `texts
                    /embed                  | ranker | 422 | {"inputs":"a"}                 | ranker does rerank, not embedding; try: encoder, encoder-onnx, encoder-first.
                    /v1/embeddings          | ranker | 400 | {"model":"ranker","input":"a"} | ranker does rerank, not embedding; try: encoder, encoder-onnx, encoder-first.
                    /v2/models/ranker/infer | ranker | 400 | {"inputs":[{"name":"text","shape":[2],"datatype":"BYTES","data":["a","b"]}]} | `inputs[0].shape` is [2]; for these data it must be [1,2].
                    """)
    void whatAModelDoesNotDoIsRefusedInOneSentence(String path, String model, int status, String body, String sentence)
            throws Exception {
        HttpResponse<String> answer = CLIENT.send(
                HttpRequest.newBuilder(uri(path))
                        .header(Headers.MODEL, model)
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        JsonNode error = JSON.readTree(answer.body()).path("error");
        assertThat(
                        error.isString()
                                ? error.stringValue()
                                : error.path("message").stringValue())
                .contains(sentence);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
                    encoder | "embedding":{"pooling":"mean"} | "inputs":[{"name":"text","datatype":"BYTES","shape":[-1]}]   | "outputs":[{"name":"embedding","datatype":"FP32","shape":[-1,16]}]
                    ranker  | "reranker":{"id2label":        | "inputs":[{"name":"text","datatype":"BYTES","shape":[-1,2]}] | "outputs":[{"name":"score","datatype":"FP32","shape":[-1]}]
                    """)
    void everyModelDescribesItself(String model, String type, String inputs, String outputs) throws Exception {
        HttpResponse<String> info = CLIENT.send(
                HttpRequest.newBuilder(uri("/info"))
                        .header(Headers.MODEL, model)
                        .build(),
                BodyHandlers.ofString());
        assertThat(info.body()).contains("\"model_id\":\"" + model + "\"", type, "\"max_input_length\":32");
        HttpResponse<String> metadata =
                CLIENT.send(HttpRequest.newBuilder(uri("/v2/models/" + model)).build(), BodyHandlers.ofString());
        assertThat(metadata.body()).contains(inputs, outputs);
    }

    @Test
    void allModelsAreListedAndNoOthers() throws Exception {
        JsonNode models =
                json(CLIENT.send(HttpRequest.newBuilder(uri("/v1/models")).build(), BodyHandlers.ofString()));
        assertThat(models.path("data").valueStream().map(each -> each.path("id").stringValue()))
                .containsExactlyInAnyOrder("encoder", "encoder-onnx", "encoder-first", "ranker", "ranker-onnx");
    }

    private double logit(String model, String query, String text) throws Exception {
        Map<String, Object> body = Map.of("query", query, "texts", List.of(text), "raw_scores", true);
        return scoreOf(json(send("/rerank", model, body)), 0);
    }

    private static double scoreOf(JsonNode ranked, int index) {
        return ranked.valueStream()
                .filter(each -> each.path("index").intValue() == index)
                .findFirst()
                .orElseThrow()
                .path("score")
                .doubleValue();
    }

    private static List<JsonNode> singles() {
        return EXPECTED.valueStream()
                .filter(each -> each.path("pair").stringValue().isEmpty())
                .toList();
    }

    private static List<JsonNode> pairs() {
        return EXPECTED.valueStream()
                .filter(each -> !each.path("pair").stringValue().isEmpty())
                .toList();
    }

    private static Map<String, Object> tensor(List<Integer> shape, List<String> data) {
        return Map.of("inputs", List.of(Map.of("name", "text", "shape", shape, "datatype", "BYTES", "data", data)));
    }

    private static Map<String, Object> plus(Map<String, Object> body, String field, Object value) {
        Map<String, Object> more = new HashMap<>(body);
        more.put(field, value);
        return more;
    }

    private HttpResponse<String> send(String path, String model, Map<String, ?> body) throws Exception {
        return CLIENT.send(request(path, model, body), BodyHandlers.ofString());
    }

    private HttpRequest request(String path, String model, Map<String, ?> body) {
        return HttpRequest.newBuilder(uri(path))
                .header(Headers.MODEL, model)
                .POST(BodyPublishers.ofString(JSON.writeValueAsString(body)))
                .build();
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private static JsonNode json(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private static double[] numbers(JsonNode array) {
        return array.valueStream().mapToDouble(JsonNode::doubleValue).toArray();
    }

    private static double length(double[] vector) {
        double squares = 0;
        for (double number : vector) {
            squares += number * number;
        }
        return Math.sqrt(squares);
    }

    private static double sigmoid(double logit) {
        return 1 / (1 + Math.exp(-logit));
    }
}
