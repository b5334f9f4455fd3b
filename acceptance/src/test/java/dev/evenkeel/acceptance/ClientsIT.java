package dev.evenkeel.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import dev.evenkeel.acceptance.Fleet.Foreground;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.cohere.CohereScoringModel;
import dev.langchain4j.model.jina.JinaScoringModel;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel.OpenAiEmbeddingModelBuilder;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.model.scoring.ScoringModel;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.ai.openai.OpenAiEmbeddingOptions;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import triton.client.InferInput;
import triton.client.InferRequestedOutput;
import triton.client.InferResult;
import triton.client.InferenceException;
import triton.client.InferenceServerClient;
import triton.client.pojo.DataType;

/**
 * Other people's clients, as they are, against a gateway and against a node by itself; and the examples of
 * docs/clients.md, which use the same clients.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientsIT {

    private static final String EMBEDDER = "minibag-embed-256";
    private static final List<String> TEXTS = List.of("I lost my card", "what is the weather");
    private static final String QUERY = "where is my card";
    private static final List<String> DOCUMENTS = List.of("the weather is fine", "a card was lost", "play music");
    private static final int LOST = 1;
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Fleet fleet;

    @RegisterExtension
    private final TestExecutionExceptionHandler logs = (_, failure) -> {
        failure.addSuppressed(new AssertionError(logTails()));
        throw failure;
    };

    ClientsIT() throws Exception {
        fleet = new Fleet(arguments());
        Foreground launcher = fleet.start("up", "--nodes", "1", "--no-build");
        try {
            launcher.awaitOutput("Evenkeel is up");
        } catch (AssertionError e) {
            e.addSuppressed(new AssertionError(logTails()));
            fleet.end();
            throw e;
        }
    }

    /** The bundled models, and one of tensors. */
    private static String arguments() {
        Path tensors = Path.of(
                        System.getProperty("evenkeel.root"), "model-service/src/test/resources/models/mixer-onnx")
                .toAbsolutePath()
                .normalize();
        StringBuilder arguments = new StringBuilder();
        List<String> names = List.of(EMBEDDER, "clinc150-intent", "banking77-intent", "mixer");
        List<String> tasks = List.of("embedding", "classification", "classification", "tensor");
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            String url = name.equals("mixer") ? tensors.toUri().toString() : "classpath:/models/" + name + "/";
            arguments.append(
                    " --evenkeel.models[%1$d].name=%2$s --evenkeel.models[%1$d].task=%3$s --evenkeel.models[%1$d].url=%4$s"
                            .formatted(i, name, tasks.get(i), url));
        }
        return arguments.toString().strip();
    }

    @AfterAll
    void end() throws Exception {
        fleet.end();
    }

    Stream<URI> servers() {
        return Stream.of(fleet.gateway(), fleet.await("node-1").uri());
    }

    @ParameterizedTest
    @MethodSource("servers")
    void npmOpenaiCohereAndHuggingFace(URI server) throws Exception {
        Npm.install();
        JsonNode all = JSON.readTree(Npm.node("clients.mjs", server.toString()));

        JsonNode openai = all.path("openai");
        assertThat(openai.path("floats").size()).isEqualTo(2);
        assertThat(openai.path("floats").path(1).size()).isEqualTo(256);
        assertSame(openai.path("decoded").path(1), openai.path("floats").path(1));
        assertThat(openai.path("short").size()).isEqualTo(16);
        assertThat(openai.path("usage").path("total_tokens").intValue()).isPositive();
        assertThat(openai.path("models").valueStream().map(JsonNode::stringValue))
                .contains(EMBEDDER, "mixer");
        assertThat(openai.path("model").stringValue()).isEqualTo("mixer");
        assertThat(openai.path("unknown").path("name").stringValue()).isEqualTo("NotFoundError");
        assertThat(openai.path("unknown").path("message").stringValue()).contains("gpt-9");
        assertThat(openai.path("empty").path("name").stringValue()).isEqualTo("BadRequestError");
        assertThat(openai.path("empty").path("message").stringValue()).contains("`input` is an empty string");

        JsonNode first = all.path("cohere").path("rerank1");
        assertThat(first.path("results").size()).isEqualTo(2);
        assertThat(first.path("results").path(0).path("index").intValue()).isEqualTo(LOST);
        assertThat(first.path("results").path(0).path("document").path("text").stringValue())
                .isEqualTo(DOCUMENTS.get(LOST));
        assertThat(all.path("cohere")
                        .path("rerank2")
                        .path("results")
                        .path(0)
                        .path("relevanceScore")
                        .doubleValue())
                .isBetween(0.5, 1.0);
        assertThat(all.path("cohere").path("unknown").path("status").intValue()).isEqualTo(404);

        JsonNode hugging = all.path("huggingface");
        assertSame(hugging.path("vectors").path(0), openai.path("floats").path(0));
        assertThat(hugging.path("labels").path(0).path("label").stringValue()).isEqualTo("weather");
        assertThat(hugging.path("empty").path("status").intValue()).isEqualTo(400);
    }

    @ParameterizedTest
    @MethodSource("servers")
    void openAiJava(URI server) {
        OpenAIClient client = OpenAIOkHttpClient.builder()
                .apiKey("none")
                .baseUrl(server + "/v1")
                .maxRetries(0)
                .build();
        CreateEmbeddingResponse answer = client.embeddings()
                .create(EmbeddingCreateParams.builder()
                        .model(EMBEDDER)
                        .inputOfArrayOfStrings(TEXTS)
                        .build())
                .validate();
        assertThat(answer.data()).hasSize(2);
        assertThat(answer.data().get(1).embedding()).hasSize(256);
        assertThat(answer.data().get(1).index()).isEqualTo(1);
        assertThat(answer.usage().totalTokens()).isPositive();
        assertThat(client.models().list().data()).anyMatch(model -> model.id().equals(EMBEDDER));
        assertThatThrownBy(() -> client.embeddings()
                        .create(EmbeddingCreateParams.builder()
                                .model("gpt-9")
                                .input("x")
                                .build()))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("gpt-9");
        assertThatThrownBy(() -> client.embeddings()
                        .create(EmbeddingCreateParams.builder()
                                .model(EMBEDDER)
                                .input("")
                                .build()))
                .isInstanceOf(BadRequestException.class);
        client.close();
    }

    @ParameterizedTest
    @MethodSource("servers")
    void springAi(URI server) {
        var model = org.springframework.ai.openai.OpenAiEmbeddingModel.builder()
                .options(OpenAiEmbeddingOptions.builder()
                        .baseUrl(server + "/v1")
                        .apiKey("none")
                        .model(EMBEDDER)
                        .build())
                .build();
        assertThat(model.embed(TEXTS)).hasSize(2).allMatch(vector -> vector.length == 256);
        assertThat(model.embedForResponse(TEXTS).getMetadata().getUsage().getTotalTokens())
                .isPositive();
        assertThat(model.dimensions()).isEqualTo(256);
    }

    /** It sends them all in one request, and keeps the order of the answer whatever the index says. */
    @ParameterizedTest
    @MethodSource("servers")
    void langChain4jOpenAi(URI server) {
        OpenAiEmbeddingModelBuilder builder = OpenAiEmbeddingModel.builder()
                .baseUrl(server + "/v1")
                .apiKey("none")
                .modelName(EMBEDDER);
        List<TextSegment> segments = IntStream.range(0, 2_048)
                .mapToObj(i -> TextSegment.from("card number " + i))
                .toList();
        Response<List<Embedding>> answer =
                builder.maxSegmentsPerBatch(2_048).build().embedAll(segments);
        assertThat(answer.content()).hasSize(2_048);
        assertThat(Objects.requireNonNull(answer.tokenUsage()).totalTokenCount())
                .isPositive();
        Embedding alone = builder.build().embed("card number 1234").content();
        assertThat(answer.content().get(1_234).vector()).containsExactly(alone.vector(), within(1e-5f));
        assertThatThrownBy(
                        () -> builder.modelName("gpt-9").maxRetries(0).build().embed("x"))
                .hasMessageContaining("gpt-9");
    }

    @ParameterizedTest
    @MethodSource("servers")
    void langChain4jCohere(URI server) {
        assertRanks(CohereScoringModel.builder()
                .baseUrl(server + "/v1/")
                .apiKey("none")
                .modelName(EMBEDDER)
                .build());
    }

    @ParameterizedTest
    @MethodSource("servers")
    void langChain4jJina(URI server) {
        assertRanks(JinaScoringModel.builder()
                .baseUrl(server + "/v1/")
                .apiKey("none")
                .modelName(EMBEDDER)
                .build());
    }

    private static void assertRanks(ScoringModel model) {
        List<Double> scores = model.scoreAll(
                        DOCUMENTS.stream().map(TextSegment::from).toList(), QUERY)
                .content();
        assertThat(scores).hasSize(3).allMatch(score -> score >= 0 && score <= 1);
        assertThat(scores.get(LOST)).isGreaterThan(scores.get(0)).isGreaterThan(scores.get(2));
    }

    @SuppressWarnings("try") // its close() is declared to throw anything
    @ParameterizedTest
    @MethodSource("servers")
    void triton(URI server) throws Exception {
        try (InferenceServerClient client = new InferenceServerClient(server.getAuthority(), 5_000, 30_000)) {
            for (boolean binary : new boolean[] {true, false}) {
                InferInput features = new InferInput("features", new long[] {2, 3}, DataType.FP32);
                features.setData(new float[] {-0.5f, 0.25f, 2, 1, -3, 0.125f}, binary);
                InferInput flags = new InferInput("flags", new long[] {2, 4}, DataType.INT64);
                flags.setData(new long[] {0, 5, 2, 5, 6, 4, 8, 5}, binary);
                InferResult numbers = client.infer(
                        "mixer",
                        List.of(flags, features),
                        List.of(new InferRequestedOutput("mixed", binary), new InferRequestedOutput("count", binary)));
                assertThat(numbers.getOutputAsFloat("mixed")).hasSize(4).doesNotContain(Float.NaN);
                assertThat(numbers.getOutputAsLong("count")).containsExactly(12, 23);

                InferInput texts = new InferInput("text", new long[] {2}, DataType.BYTES);
                texts.setData(TEXTS.toArray(String[]::new), binary);
                InferResult intents = client.infer(
                        "clinc150-intent", List.of(texts), List.of(new InferRequestedOutput("score", binary)));
                assertThat(intents.getOutputAsFloat("score")).hasSize(2);
            }
            InferInput texts = new InferInput("text", new long[] {1}, DataType.BYTES);
            texts.setData(new String[] {""}, true);
            client.setRetryCnt(1);
            assertThatThrownBy(() -> client.infer("clinc150-intent", List.of(texts), List.of()))
                    .isInstanceOf(InferenceException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void theDocumentAndItsPageAreThere(URI server) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> document = get(http, server.resolve("/v3/api-docs"));
            assertThat(JSON.readTree(document.body()).path("paths").propertyNames())
                    .contains("/v1/embeddings", "/v2/rerank", "/similarity", "/v2/models/{name}/infer");
            assertThat(get(http, server.resolve("/swagger-ui/index.html")).body())
                    .contains("swagger-ui");
            assertThat(get(http, server.resolve("/v3/api-docs/swagger-config")).statusCode())
                    .isEqualTo(200);
        }
    }

    private static HttpResponse<String> get(HttpClient http, URI uri) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }

    /** Too much, in each API, through a real gateway to a real node. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            /v1/embeddings                   | {"model":"minibag-embed-256","input":MANY}                              | at most 2048
            /v1/embeddings                   | {"model":"minibag-embed-256","input":LONG}                              | at most 512
            /embed                           | {"inputs":MANY}                                                         | at most 2048
            /embed                           | {"inputs":LONG}                                                         | at most 512
            /rerank                          | {"query":"q","texts":MANY}                                              | at most 2048
            /similarity                      | {"inputs":{"source_sentence":"q","sentences":MANY}}                     | at most 2048
            /tokenize                        | {"inputs":MANY}                                                         | at most 2048
            /v2/rerank                       | {"query":"q","documents":MANY}                                          | at most 2048
            /v2/models/clinc150-intent/infer | {"inputs":[{"name":"t","shape":[2049],"datatype":"BYTES","data":MANY}]} | at most 2048
            /v2/models/clinc150-intent/infer | {"inputs":[{"name":"t","shape":[1],"datatype":"BYTES","data":[LONG]}]}  | at most 512
            """)
    void limitsAreNamedThroughTheGateway(String path, String body, String limit) throws Exception {
        String filled = body.replace("MANY", "[" + "\"x\",".repeat(2_048) + "\"x\"]")
                .replace("LONG", "\"" + "word ".repeat(600) + "\"");
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(fleet.gateway().resolve(path))
                            .POST(BodyPublishers.ofString(filled))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
            assertThat(answer.body()).contains(limit);
        }
    }

    Stream<Example> examples() throws IOException {
        return Example.all().stream();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void whatThePageShowsIsWhatHappens(Example example) throws Exception {
        if (example.language().equals("javascript")) {
            Npm.install();
        }
        String printed = example.run(fleet.gatewayPort());
        assertThat(example.printed(printed))
                .as(() -> example + " printed " + printed)
                .isTrue();
    }

    @Test
    void thePageHasEveryLanguage() throws Exception {
        assertThat(Example.all()).extracting(Example::language).contains("sh", "python", "javascript", "java");
    }

    @Test
    void everyRequestOfTheHttpFileIsAnswered() throws Exception {
        String file = Files.readString(Path.of(System.getProperty("evenkeel.root"), "docs", "clients.http"));
        try (HttpClient http = HttpClient.newHttpClient()) {
            for (String request : file.split("(?m)^###.*\n", -1)) {
                if (!request.matches("(?s)(GET|POST) .*")) {
                    continue;
                }
                String[] headAndBody = request.split("\n\n", 2);
                String[] lines = headAndBody[0].split("\n", -1);
                String[] first = lines[0].split(" ", -1);
                HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(
                        first[1].replace("{{server}}", fleet.gateway().toString())));
                Stream.of(lines)
                        .skip(1)
                        .map(header -> header.split(": ", 2))
                        .forEach(header -> builder.header(header[0], header[1]));
                builder.method(first[0], BodyPublishers.ofString(headAndBody.length > 1 ? headAndBody[1].strip() : ""));
                HttpResponse<String> answer = http.send(builder.build(), BodyHandlers.ofString());
                assertThat(answer.statusCode())
                        .as(request + "\n" + answer.body())
                        .isEqualTo(200);
            }
        }
    }

    private static void assertSame(JsonNode some, JsonNode others) {
        assertThat(some.size()).isEqualTo(others.size()).isPositive();
        for (int i = 0; i < some.size(); i++) {
            assertThat(some.path(i).doubleValue()).isCloseTo(others.path(i).doubleValue(), within(1e-6));
        }
    }

    private String logTails() {
        return fleet.logTails();
    }
}
