package dev.evenkeel.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.evenkeel.load.Headers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What each API answers, beyond what {@code NodeTest} and {@code OwnModelsTest} ask. */
class ApiShapesTest extends ApiNode {

    private static final String LOST_CARD =
            "\"query\":\"I lost my card\",\"%s\":[\"what is the weather\",\"my card is lost\",\"play some music\"]";

    @Test
    void teiRerankWithAnEmbedderIsTheCosineMadeAProbability() throws Exception {
        String body = "{" + LOST_CARD.formatted("texts") + ",\"return_text\":true}";
        JsonNode scored = json(send(post("/rerank", body).header(Headers.MODEL, "minibag-embed-256")));
        JsonNode raw = json(send(post("/rerank", body.replace("}", ",\"raw_scores\":true}"))
                .header(Headers.MODEL, "minibag-embed-256")));
        JsonNode similar = json(send(post("/similarity", """
                {"inputs":{"source_sentence":"I lost my card",
                 "sentences":["what is the weather","my card is lost","play some music"]}}""")));

        assertThat(scored.path(0).path("text").stringValue()).isEqualTo("my card is lost");
        assertThat(scores(scored, "score")).isSortedAccordingTo((a, b) -> Double.compare(b, a));
        for (int i = 0; i < 3; i++) {
            int index = raw.path(i).path("index").intValue();
            double cosine = raw.path(i).path("score").doubleValue();
            assertThat(scored.path(i).path("score").doubleValue()).isEqualTo((1 + cosine) / 2, within(1e-6));
            assertThat(similar.path(index).doubleValue()).isEqualTo(cosine, within(1e-6));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/rerank", "/v2/rerank"})
    void cohereAndJinaGetWhatEachOfThemInsistsOn(String path) throws Exception {
        JsonNode all = answer(
                path,
                "{\"model\":\"minibag-embed-256\"," + LOST_CARD.formatted("documents") + ",\"return_documents\":true}");
        assertThat(all.path("id").stringValue()).isNotEmpty();
        assertThat(all.path("model").stringValue()).isEqualTo("minibag-embed-256");
        assertThat(all.path("results").size()).isEqualTo(3);
        assertThat(all.path("results").path(0).path("index").intValue()).isEqualTo(1);
        assertThat(all.path("results").path(0).path("document").path("text").stringValue())
                .isEqualTo("my card is lost");
        assertThat(scores(all.path("results"), "relevance_score"))
                .allMatch(score -> score >= 0 && score <= 1)
                .isSortedAccordingTo((a, b) -> Double.compare(b, a));
        assertThat(all.path("meta").path("billed_units").path("search_units").intValue())
                .isEqualTo(1);
        assertThat(all.path("usage").path("total_tokens").intValue()).isPositive();

        JsonNode best =
                answer(path, "{\"model\":\"minibag-embed-256\"," + LOST_CARD.formatted("documents") + ",\"top_n\":1}");
        assertThat(best.path("results").size()).isEqualTo(1);
        assertThat(best.path("results").path(0).has("document")).isFalse();
    }

    @Test
    void aRerankThatNamesNoModelIsTheCrossEncoders() throws Exception {
        JsonNode answer =
                answer("/v1/rerank", "{\"query\":\"fox\",\"documents\":[{\"text\":\"a dog\"},\"the river\"]}");
        JsonNode tei = answer("/rerank", "{\"query\":\"fox\",\"texts\":[\"a dog\",\"the river\"]}");
        assertThat(answer.path("model").stringValue()).isEqualTo("ranker");
        assertThat(scores(answer.path("results"), "relevance_score")).isEqualTo(scores(tei, "score"));
    }

    @Test
    void aDocumentThatIsTooLongIsCutUnlessThatIsNotWanted() throws Exception {
        String body = "{\"query\":\"fox\",\"documents\":[\"" + "word ".repeat(600) + "\"]}";
        assertThat(answer("/v2/rerank", body).path("results").size()).isEqualTo(1);
    }

    @Test
    void tokensComeWithTheirPlaces() throws Exception {
        JsonNode tokens = answer("/tokenize", "{\"inputs\":[\"I lost my card\",\"ü card\"]}");
        JsonNode embedded = answer("/v1/embeddings", """
                {"model":"minibag-embed-256","input":["I lost my card","ü card"]}""");
        assertThat(tokens.path(0).size() + tokens.path(1).size())
                .isEqualTo(embedded.path("usage").path("prompt_tokens").intValue());
        JsonNode last = tokens.path(1).path(tokens.path(1).size() - 1);
        assertThat(last.path("text").stringValue()).isEqualTo("card");
        assertThat(last.path("start").intValue()).isEqualTo(2);
        assertThat(last.path("stop").intValue()).isEqualTo(6);
        assertThat(last.path("special").booleanValue()).isFalse();
    }

    @Test
    void specialTokensHaveNoPlaceAndAreLeftOutWhenAsked() throws Exception {
        JsonNode with =
                json(send(post("/tokenize", "{\"inputs\":\"the river\"}").header(Headers.MODEL, "ranker")));
        JsonNode without = json(send(post("/tokenize", "{\"inputs\":\"the river\",\"add_special_tokens\":false}")
                .header(Headers.MODEL, "ranker")));
        assertThat(with.path(0).path(0).path("special").booleanValue()).isTrue();
        assertThat(with.path(0).path(0).path("start").isNull()).isTrue();
        assertThat(with.path(0).size()).isEqualTo(without.path(0).size() + 2);
    }

    @Test
    void infoSaysTheLimits() throws Exception {
        JsonNode info = get("/info");
        assertThat(info.path("model_id").stringValue()).isEqualTo("minibag-embed-256");
        assertThat(info.path("model_type").path("embedding").path("pooling").stringValue())
                .isEqualTo("mean");
        assertThat(info.path("max_input_length").intValue()).isEqualTo(512);
        assertThat(info.path("max_client_batch_size").intValue()).isEqualTo(2_048);
        assertThat(info.path("max_concurrent_requests").intValue()).isEqualTo(512);
        assertThat(info.path("max_batch_requests").intValue()).isEqualTo(8);
    }

    @Test
    void aModelOfOpenAiCanBeAskedForByItself() throws Exception {
        assertThat(get("/v1/models/ranker").path("id").stringValue()).isEqualTo("ranker");
    }

    @Test
    void tritonsQuestionsAreAnswered() throws Exception {
        answer("/v2/models/clinc150-intent/infer", """
                {"inputs":[{"name":"text","shape":[1],"datatype":"BYTES","data":["what is my balance"]}]}""");
        JsonNode stats = get("/v2/models/clinc150-intent/stats").path("model_stats");
        assertThat(stats.size()).isEqualTo(1);
        assertThat(stats.path(0).path("inference_count").longValue()).isPositive();
        assertThat(stats.path(0)
                        .path("inference_stats")
                        .path("success")
                        .path("count")
                        .longValue())
                .isPositive();
        assertThat(stats.path(0)
                        .path("inference_stats")
                        .path("compute_infer")
                        .path("ns")
                        .longValue())
                .isPositive();
        assertThat(get("/v2/models/stats").path("model_stats").size()).isGreaterThanOrEqualTo(4);

        JsonNode config = get("/v2/models/mixer-onnx/config");
        assertThat(config.path("max_batch_size").intValue()).isEqualTo(8);
        assertThat(config.path("input").path(0).toString())
                .isEqualTo("{\"name\":\"features\",\"data_type\":\"TYPE_FP32\",\"dims\":[3]}");
        assertThat(get("/v2/models/minibag-embed-256/config")
                        .path("output")
                        .path(0)
                        .toString())
                .isEqualTo("{\"name\":\"embedding\",\"data_type\":\"TYPE_FP32\",\"dims\":[256]}");

        JsonNode index = answer("/v2/repository/index", "");
        assertThat(index.valueStream().map(each -> each.path("name").stringValue()))
                .contains("minibag-embed-256", "clinc150-intent", "ranker", "mixer-onnx");
        assertThat(index.path(2).path("version").stringValue()).isEqualTo("7");
        assertThat(index.path(0).path("state").stringValue()).isEqualTo("READY");
        assertThat(get("/v2").path("extensions").valueStream().map(JsonNode::stringValue))
                .contains("binary_tensor_data", "statistics");
    }

    /** A timeout of a microsecond is over before anything is begun. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            {"timeout":1}                  | 504
            {"timeout":0,"priority":0}     | 200
            {"timeout":60000000}           | 200
            {"priority":2,"unknown":"yes"} | 200
            """)
    void tritonsParametersAreFollowed(String parameters, int status) throws Exception {
        HttpResponse<String> answer = send(post(
                "/v2/models/minibag-embed-256/infer",
                "{\"parameters\":" + parameters
                        + ",\"inputs\":[{\"name\":\"text\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"a\"]}]}"));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    }

    @Test
    void tensorsInBytesAreWhatTensorsInJsonAre() throws Exception {
        ByteBuffer data = ByteBuffer.allocate(2 * 4 * 8 + 2 * 3 * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (long flag : new long[] {0, 5, 2, 5, 6, 4, 8, 5}) {
            data.putLong(flag);
        }
        for (float feature : new float[] {-0.5f, 0.25f, 2, 1, -3, 0.125f}) {
            data.putFloat(feature);
        }
        String json = """
                {"id":"b","inputs":[
                 {"name":"flags","datatype":"INT64","shape":[2,4],"parameters":{"binary_data_size":64}},
                 {"name":"features","datatype":"FP32","shape":[2,3],"parameters":{"binary_data_size":24}}],
                 "outputs":[{"name":"mixed","parameters":{"binary_data":true}},{"name":"count"}]}""";
        Binary binary = infer("mixer-onnx", json, data.array());
        JsonNode plain = answer("/v2/models/mixer-onnx/infer", """
                {"inputs":[{"name":"flags","datatype":"INT64","shape":[2,4],"data":[0,5,2,5,6,4,8,5]},
                 {"name":"features","datatype":"FP32","shape":[2,3],"data":[-0.5,0.25,2,1,-3,0.125]}]}""");

        JsonNode mixed = binary.json.path("outputs").path(0);
        assertThat(binary.json.path("id").stringValue()).isEqualTo("b");
        assertThat(mixed.path("parameters").path("binary_data_size").intValue()).isEqualTo(16);
        assertThat(mixed.has("data")).isFalse();
        for (int i = 0; i < 4; i++) {
            assertThat((double) binary.data.getFloat())
                    .isEqualTo(
                            plain.path("outputs").path(0).path("data").path(i).doubleValue(), within(1e-6));
        }
        assertThat(binary.data.hasRemaining()).isFalse();
        assertThat(binary.json.path("outputs").path(1).path("data"))
                .isEqualTo(plain.path("outputs").path(1).path("data"));
    }

    @Test
    void textsAndLabelsTravelInBytesToo() throws Exception {
        ByteBuffer texts = ByteBuffer.allocate(100).order(ByteOrder.LITTLE_ENDIAN);
        for (String text : List.of("what is my balance", "please book a flight to boston")) {
            texts.putInt(text.length()).put(text.getBytes(StandardCharsets.UTF_8));
        }
        byte[] bytes = Arrays.copyOf(texts.array(), texts.position());
        Binary answer = infer("clinc150-intent", """
                {"parameters":{"binary_data_output":true},"inputs":[{"name":"text","datatype":"BYTES","shape":[2],
                 "parameters":{"binary_data_size":%d}}]}""".formatted(bytes.length), bytes);
        List<String> labels = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            byte[] label = new byte[answer.data.getInt()];
            answer.data.get(label);
            labels.add(new String(label, StandardCharsets.UTF_8));
        }
        assertThat(labels).containsExactly("balance", "book_flight");
        assertThat(answer.data.getFloat()).isBetween(0f, 1f);
        assertThat(answer.json
                        .path("outputs")
                        .path(1)
                        .path("parameters")
                        .path("binary_data_size")
                        .intValue())
                .isEqualTo(8);
    }

    @ParameterizedTest
    @CsvSource({"3,ends after", "9,ends after", "-1,ends after"})
    void aTextThatEndsAfterItsBytesIsNamed(int length, String message) throws Exception {
        byte[] bytes = length == 3
                ? new byte[3]
                : ByteBuffer.allocate(5)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(length)
                        .put((byte) 'a')
                        .array();
        assertThat(refused(bytes)).contains("`inputs[0]`: element 0", message);
    }

    @Test
    void bytesThatAreNoTextAreNamed() throws Exception {
        assertThat(refused(new byte[] {2, 0, 0, 0, (byte) 0xC3, (byte) 0x28})).contains("element 0 is not UTF-8");
    }

    private String refused(byte[] bytes) throws Exception {
        String json =
                "{\"inputs\":[{\"name\":\"text\",\"datatype\":\"BYTES\",\"shape\":[1],\"parameters\":{\"binary_data_size\":"
                        + bytes.length + "}}]}";
        HttpResponse<String> answer = send(post("/v2/models/clinc150-intent/infer", joined(json, bytes))
                .header("Inference-Header-Content-Length", Integer.toString(json.length())));
        assertThat(answer.statusCode()).isEqualTo(400);
        return JSON.readTree(answer.body()).path("error").stringValue();
    }

    /** Its input is a file's first and last 1,024 bytes that are not blank, filled up with 256: its own README says so. */
    @Test
    void aForeignModelThatNobodyAdaptedTellsFileTypesFromBytes() throws Exception {
        assumeTrue(Files.isDirectory(MAGIKA), "magika is not there");
        JsonNode metadata = get("/v2/models/magika");
        assertThat(metadata.path("inputs").toString())
                .isEqualTo("[{\"name\":\"bytes\",\"datatype\":\"INT32\",\"shape\":[-1,2048]}]");
        List<String> labels = JSON.readTree(Files.readString(MAGIKA.resolve("config.min.json")))
                .path("target_labels_space")
                .valueStream()
                .map(JsonNode::stringValue)
                .toList();
        assertThat(fileType(Files.readAllBytes(Path.of("pom.xml")), labels)).isEqualTo("xml");
        assertThat(fileType(Files.readAllBytes(Path.of("src/test/java/dev/evenkeel/model/ApiShapesTest.java")), labels))
                .isEqualTo("java");
        assertThat(fileType(Files.readAllBytes(MAGIKA.resolve("README.md")), labels))
                .isEqualTo("markdown");
    }

    private String fileType(byte[] file, List<String> labels) throws Exception {
        ByteBuffer features = ByteBuffer.allocate(2_048 * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        String text = new String(file, StandardCharsets.ISO_8859_1);
        String begin = text.stripLeading();
        String end = text.stripTrailing();
        for (int i = 0; i < 1_024; i++) {
            features.putInt(i < begin.length() ? begin.charAt(i) : 256);
        }
        for (int i = end.length() - 1_024; i < end.length(); i++) {
            features.putInt(i >= 0 ? end.charAt(i) : 256);
        }
        Binary answer = infer("magika", """
                {"inputs":[{"name":"bytes","datatype":"INT32","shape":[1,2048],"parameters":{"binary_data_size":8192}}],
                 "parameters":{"binary_data_output":true}}""", features.array());
        float[] scores = new float[labels.size()];
        answer.data.asFloatBuffer().get(scores);
        return labels.get(IntStream.range(0, scores.length)
                .reduce((best, i) -> scores[i] > scores[best] ? i : best)
                .orElseThrow());
    }

    private record Binary(JsonNode json, ByteBuffer data) {}

    private Binary infer(String model, String json, byte[] data) throws Exception {
        HttpResponse<byte[]> answer = CLIENT.send(
                post("/v2/models/" + model + "/infer", joined(json, data))
                        .header("Inference-Header-Content-Length", Integer.toString(json.length()))
                        .build(),
                BodyHandlers.ofByteArray());
        assertThat(answer.statusCode())
                .as(new String(answer.body(), StandardCharsets.UTF_8))
                .isEqualTo(200);
        int length = (int) answer.headers()
                .firstValueAsLong("Inference-Header-Content-Length")
                .orElseThrow();
        return new Binary(
                JSON.readTree(answer.body(), 0, length),
                ByteBuffer.wrap(answer.body(), length, answer.body().length - length)
                        .slice()
                        .order(ByteOrder.LITTLE_ENDIAN));
    }

    private static byte[] joined(String json, byte[] data) {
        byte[] head = json.getBytes(StandardCharsets.UTF_8);
        byte[] all = Arrays.copyOf(head, head.length + data.length);
        System.arraycopy(data, 0, all, head.length, data.length);
        return all;
    }

    private static List<Double> scores(JsonNode results, String name) {
        return results.valueStream().map(each -> each.path(name).doubleValue()).toList();
    }
}
