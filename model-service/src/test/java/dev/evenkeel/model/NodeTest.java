package dev.evenkeel.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.load.Headers;
import dev.evenkeel.load.LoadReport;
import dev.evenkeel.load.NodeState;
import dev.evenkeel.load.OrcaText;
import dev.evenkeel.model.health.NodeLifecycle;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A whole node with the bundled models, over real sockets. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "management.server.port=0",
            "eureka.client.enabled=false",
            "evenkeel.weights-dir=target/weights",
            "evenkeel.node-name=test",
            "evenkeel.max-body=1MB",
            "evenkeel.drain.notice=0s"
        })
class NodeTest {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final JsonMapper JSON = new JsonMapper();
    private static final String EMBEDDER = "minibag-embed-256";

    @LocalServerPort
    private int port;

    @LocalManagementPort
    private int managementPort;

    @Autowired
    private NodeLifecycle lifecycle;

    @BeforeEach
    void ready() {
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> lifecycle.state() == NodeState.UP);
    }

    @Test
    void openAiEmbeddingsHaveTheirShape() throws Exception {
        JsonNode answer = json(post("/v1/embeddings", """
                {"model":"minibag-embed-256","input":["a cat sat","dogs run in the park"],"user":"u"}"""));
        assertThat(answer.path("object").stringValue()).isEqualTo("list");
        assertThat(answer.path("model").stringValue()).isEqualTo(EMBEDDER);
        assertThat(answer.path("data").size()).isEqualTo(2);
        assertThat(answer.path("data").path(1).path("index").intValue()).isEqualTo(1);
        assertThat(answer.path("data").path(1).path("object").stringValue()).isEqualTo("embedding");
        assertThat(answer.path("usage").path("prompt_tokens").intValue()).isPositive();
        assertThat(answer.path("usage").path("total_tokens"))
                .isEqualTo(answer.path("usage").path("prompt_tokens"));
        float[] vector = floats(answer.path("data").path(0).path("embedding"));
        assertThat(vector).hasSize(256);
        assertThat(cosine(vector, vector)).isEqualTo(1, within(1e-6));
    }

    @Test
    void theBundledEmbedderKnowsWhatIsAlike() throws Exception {
        float[] cat = embed("A cat is sleeping on the sofa");
        assertThat(cosine(cat, embed("A kitten sleeps on a couch")))
                .isGreaterThan(cosine(cat, embed("The central bank raised interest rates")) + 0.1);
    }

    @Test
    void base64IsTheSameAsFloats() throws Exception {
        float[] plain = embed("little endian");
        JsonNode answer = json(post("/embeddings", """
                {"model":"minibag-embed-256","input":"little endian","encoding_format":"base64"}"""));
        byte[] bytes = Base64.getDecoder()
                .decode(answer.path("data").path(0).path("embedding").stringValue());
        float[] decoded = new float[bytes.length / 4];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(decoded);
        assertThat(decoded).isEqualTo(plain);
    }

    @Test
    void fewerDimensionsHaveLengthOneAgain() throws Exception {
        JsonNode answer = json(post("/v1/embeddings", """
                {"model":"minibag-embed-256","input":"short","dimensions":16}"""));
        float[] vector = floats(answer.path("data").path(0).path("embedding"));
        assertThat(vector).hasSize(16);
        double squares = IntStream.range(0, 16)
                .mapToDouble(i -> vector[i])
                .map(x -> x * x)
                .sum();
        assertThat(squares).isEqualTo(1, within(1e-5));
    }

    @Test
    void tokenIdsAreAnInputToo() throws Exception {
        JsonNode one = json(post("/v1/embeddings", "{\"model\":\"minibag-embed-256\",\"input\":[5,6,7]}"));
        JsonNode two = json(post("/v1/embeddings", "{\"model\":\"minibag-embed-256\",\"input\":[[5,6,7],[8]]}"));
        assertThat(one.path("usage").path("total_tokens").intValue()).isEqualTo(3);
        assertThat(two.path("data").size()).isEqualTo(2);
        assertThat(cosine(
                        floats(one.path("data").path(0).path("embedding")),
                        floats(two.path("data").path(0).path("embedding"))))
                .isEqualTo(1, within(1e-6));
    }

    @Test
    void aBatchAnswersAsEachAloneWouldAndInOrder() throws Exception {
        List<String> texts = IntStream.range(0, 24)
                .mapToObj(i -> "text " + i + " of many words and then some".repeat(1 + i % 5))
                .toList();
        JsonNode batch =
                json(post("/v1/embeddings", JSON.writeValueAsString(Map.of("model", EMBEDDER, "input", texts))));
        for (int i = 0; i < texts.size(); i++) {
            float[] inBatch = floats(batch.path("data").path(i).path("embedding"));
            assertThat(cosine(inBatch, embed(texts.get(i)))).isGreaterThanOrEqualTo(0.999999);
        }
    }

    @Test
    void aRequestOf2048KeepsItsOrderAndLetsOthersThrough() throws Exception {
        String inputs = IntStream.range(0, 2_048)
                .mapToObj(i -> "\"number " + i % 100 + "\"")
                .collect(Collectors.joining(","));
        CompletableFuture<HttpResponse<String>> many = CLIENT.sendAsync(
                request("/v1/embeddings", "{\"model\":\"minibag-embed-256\",\"input\":[" + inputs + "]}"),
                BodyHandlers.ofString());
        List<Long> lone = new ArrayList<>();
        long start = System.nanoTime();
        while (!many.isDone()) {
            long one = System.nanoTime();
            embed("a lone request");
            lone.add(System.nanoTime() - one);
        }
        long all = System.nanoTime() - start;
        assertThat(lone).as("lone requests that were answered meanwhile").hasSizeGreaterThan(2);
        assertThat(lone.stream().sorted().toList().get(lone.size() / 2)).isLessThan(all / 2);
        JsonNode data = json(many.get()).path("data");
        assertThat(data.size()).isEqualTo(2_048);
        for (int i = 0; i < 100; i++) {
            float[] first = floats(data.path(i).path("embedding"));
            assertThat(cosine(first, floats(data.path(1_900 + i).path("embedding"))))
                    .isGreaterThan(0.999999);
        }
        assertThat(cosine(floats(data.path(7).path("embedding")), embed("number 7")))
                .isGreaterThan(0.999999);
    }

    @Test
    void teiEmbedAlwaysAnswersRows() throws Exception {
        JsonNode one = json(post("/embed", "{\"inputs\":\"hello\",\"normalize\":true}"));
        JsonNode two = json(post("/embed", "{\"inputs\":[\"hello\",\"there\"],\"dimensions\":8}"));
        assertThat(one.size()).isEqualTo(1);
        assertThat(one.path(0).size()).isEqualTo(256);
        assertThat(two.size()).isEqualTo(2);
        assertThat(two.path(1).size()).isEqualTo(8);
    }

    @Test
    void teiPredictAnswersOneListForOneAndListsForABatch() throws Exception {
        JsonNode one = json(post("/predict", "{\"inputs\":\"please book a flight to boston\"}"));
        assertThat(one.path(0).path("label").stringValue()).isEqualTo("book_flight");
        assertThat(one.size()).isGreaterThan(100);
        double sum = one.valueStream()
                .mapToDouble(each -> each.path("score").doubleValue())
                .sum();
        assertThat(sum).isEqualTo(1, within(1e-3));
        List<Double> scores =
                one.valueStream().map(each -> each.path("score").doubleValue()).toList();
        assertThat(scores).isSortedAccordingTo((a, b) -> Double.compare(b, a));

        JsonNode pair = json(post("/predict", "{\"inputs\":[\"book a flight\",\"to boston\"]}"));
        assertThat(pair.path(0).path("label").isString())
                .as("two strings are one pair")
                .isTrue();

        JsonNode batch =
                json(post("/predict", "{\"inputs\":[[\"what is my balance\"],[\"a\",\"b\"]],\"raw_scores\":true}"));
        assertThat(batch.size()).isEqualTo(2);
        assertThat(batch.path(0).path(0).path("label").stringValue()).isEqualTo("balance");
        assertThat(batch.path(0).path(0).path("score").doubleValue())
                .as("a logit")
                .isGreaterThan(1);
    }

    @Test
    void theHeaderChoosesTheModelOfTei() throws Exception {
        HttpResponse<String> answer = CLIENT.send(
                HttpRequest.newBuilder(uri("/predict"))
                        .header(Headers.MODEL, "banking77-intent")
                        .POST(BodyPublishers.ofString("{\"inputs\":\"my card has not arrived yet\"}"))
                        .build(),
                BodyHandlers.ofString());
        assertThat(json(answer).path(0).path("label").stringValue()).containsIgnoringCase("card");
        assertThat(json(answer).size()).isEqualTo(77);
    }

    @Test
    void inferAnswersTensors() throws Exception {
        JsonNode embedding = json(post("/v2/models/minibag-embed-256/infer", """
                {"id":"7","parameters":{},"inputs":[{"name":"text","shape":[2],"datatype":"BYTES","data":["a","b"]}]}"""));
        assertThat(embedding.path("id").stringValue()).isEqualTo("7");
        assertThat(embedding.path("model_name").stringValue()).isEqualTo(EMBEDDER);
        assertThat(embedding.path("outputs").path(0).path("name").stringValue()).isEqualTo("embedding");
        assertThat(embedding.path("outputs").path(0).path("shape").toString()).isEqualTo("[2,256]");
        assertThat(embedding.path("outputs").path(0).path("data").size()).isEqualTo(512);

        JsonNode intent = json(post("/v2/models/clinc150-intent/versions/1/infer", """
                {"inputs":[{"name":"x","shape":[2,1],"datatype":"BYTES","data":[["what is my balance"],["hi"]]}],
                 "outputs":[{"name":"label"}]}"""));
        assertThat(intent.path("outputs").size()).isEqualTo(1);
        assertThat(intent.path("outputs").path(0).path("data").path(0).stringValue())
                .isEqualTo("balance");
        assertThat(intent.path("id").isMissingNode()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    /v1/models                            | "id":"banking77-intent","object":"model"
                    /v2                                   | "extensions":["binary_tensor_data"
                    /v2/health/live                       | {"live":true,"ready":true}
                    /v2/health/ready                      | {"live":true,"ready":true}
                    /v2/models/minibag-embed-256          | "outputs":[{"name":"embedding","datatype":"FP32","shape":[-1,256]}]
                    /v2/models/clinc150-intent/versions/1 | "versions":["1"]
                    /v2/models/clinc150-intent/ready      | "ready":true
                    /info                                 | "model_id":"minibag-embed-256"
                    /health                               | ``
                    /livez                                | "status":"UP"
                    /readyz                               | "node"
                    """)
    void whatIsThereCanBeAskedFor(String path, String part) throws Exception {
        HttpResponse<String> answer = get(port, path);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains(part);
        assertReport(answer);
    }

    @ParameterizedTest
    @CsvSource({"/v1/embeddings,input", "/embed,inputs"})
    void limitsAreNamed(String path, String field) throws Exception {
        String model = "\"model\":\"minibag-embed-256\",";
        String many = "\"x\",".repeat(2_048) + "\"x\"";
        HttpResponse<String> tooMany = post(path, "{" + model + "\"" + field + "\":[" + many + "]}");
        assertThat(tooMany.statusCode()).isEqualTo(422);
        assertThat(tooMany.body()).contains("at most 2048");

        String longText = "{" + model + "\"" + field + "\":\"" + "word ".repeat(600) + "\"";
        HttpResponse<String> tooLong = post(path, longText + "}");
        assertThat(tooLong.statusCode()).isEqualTo(422);
        assertThat(tooLong.body()).contains("600 tokens", "at most 512");
        assertThat(post(path, longText + ",\"truncate\":true}").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aBodyThatIsTooLargeIsRefusedChunkedOrNot(boolean chunked) throws Exception {
        byte[] body = ("{\"inputs\":\"" + "x".repeat(1 << 20) + "\"}").getBytes(StandardCharsets.UTF_8);
        HttpRequest.BodyPublisher publisher = chunked
                ? BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))
                : BodyPublishers.ofByteArray(body);
        HttpResponse<String> answer = CLIENT.send(
                HttpRequest.newBuilder(uri("/embed")).POST(publisher).build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).contains("1048576 bytes", "error_type");
        assertReport(answer);
    }

    @Test
    void reportsCountUpAndSayThatNothingIsLeftInside() throws Exception {
        LoadReport first = assertReport(post("/embed", "{\"inputs\":\"one\"}"));
        LoadReport second = assertReport(post("/embed", "{\"inputs\":\"two\"}"));
        assertThat(second.seq()).isGreaterThan(first.seq());
        assertThat(second.state()).isEqualTo(NodeState.UP);
        assertThat(second.inFlight()).isZero();
        assertThat(second.queueWork()).isZero();
        assertThat(second.workRate()).isPositive();
    }

    @Test
    void theActuatorTellsTheLoadAndNothingThatIsSecret() throws Exception {
        JsonNode status = json(get(managementPort, "/actuator/load"));
        assertThat(status.propertyNames()).containsExactlyInAnyOrder("instance", "load", "models");
        assertThat(OrcaText.decode(status.path("load").stringValue())).isPresent();
        JsonNode model = status.path("models").path(0);
        assertThat(model.propertyNames())
                .containsExactlyInAnyOrder(
                        "name", "version", "aliases", "task", "costBase", "costPerToken", "tokensPerByte");
        assertThat(model.path("name").stringValue()).isEqualTo(EMBEDDER);
        assertThat(model.path("costBase").doubleValue()
                        + model.path("costPerToken").doubleValue())
                .isPositive();
        assertThat(model.path("tokensPerByte").doubleValue()).isBetween(0.05, 1.0);
        embed("so that there are meters");
        assertThat(get(managementPort, "/actuator/prometheus").body())
                .contains("evenkeel_requests_seconds_bucket{api=\"openai\",model=\"minibag-embed-256\"")
                .contains("evenkeel_batch_size_inputs_bucket");
        for (String hidden : List.of("env", "heapdump", "beans", "configprops", "shutdown", "threaddump")) {
            assertThat(get(managementPort, "/actuator/" + hidden).statusCode()).isEqualTo(404);
        }
        assertThat(get(managementPort, "/actuator/health/liveness").statusCode())
                .isEqualTo(200);
        assertThat(get(managementPort, "/actuator/health/readiness").statusCode())
                .isEqualTo(200);
    }

    private float[] embed(String text) throws Exception {
        JsonNode answer =
                json(post("/v1/embeddings", JSON.writeValueAsString(Map.of("model", EMBEDDER, "input", text))));
        return floats(answer.path("data").path(0).path("embedding"));
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return CLIENT.send(request(path, body), BodyHandlers.ofString());
    }

    /** Without a Content-Type, as some clients send it. */
    private HttpRequest request(String path, String body) {
        return HttpRequest.newBuilder(uri(path))
                .POST(BodyPublishers.ofString(body))
                .build();
    }

    private HttpResponse<String> get(int onPort, String path) throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + onPort + path))
                        .build(),
                BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://localhost:" + port + path);
    }

    private static JsonNode json(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private static LoadReport assertReport(HttpResponse<?> answer) {
        assertThat(answer.headers().firstValue(Headers.INSTANCE)).isPresent();
        return answer.headers()
                .firstValue(Headers.LOAD)
                .flatMap(OrcaText::decode)
                .orElseThrow(() -> new AssertionError("no report"));
    }

    private static float[] floats(JsonNode array) {
        float[] floats = new float[array.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = array.path(i).floatValue();
        }
        return floats;
    }

    private static double cosine(float[] a, float[] b) {
        double product = 0;
        for (int i = 0; i < a.length; i++) {
            product += (double) a[i] * b[i];
        }
        return product;
    }
}
