package dev.evenkeel.model.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.batcher.Backlog;
import dev.evenkeel.load.NodeState;
import dev.evenkeel.load.NodeStatus;
import dev.evenkeel.model.inference.Inference;
import dev.evenkeel.model.inference.InferenceException;
import dev.evenkeel.model.inference.ModelCard;
import dev.evenkeel.model.inference.ModelInput;
import dev.evenkeel.model.inference.Rows;
import dev.evenkeel.model.inference.RunOptions;
import dev.evenkeel.model.inference.Task;
import dev.evenkeel.model.predict.Datatype;
import dev.evenkeel.model.predict.EngineKind;
import dev.evenkeel.model.predict.TensorSpec;
import dev.evenkeel.model.predict.Tensors;
import dev.evenkeel.model.report.ModelStatistics;
import dev.evenkeel.model.report.ModelStatistics.Took;
import dev.evenkeel.model.tokenize.TextToken;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.request.MockHttpServletRequestBuilder;
import org.springframework.test.web.servlet.request.MockMvcRequestBuilders;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;

/**
 * Whatever is sent, a client is told what is wrong with it, and never that the node failed: requests of every shape, with a
 * value or some bytes replaced by others, through the parsers as they are. What is behind them answers zeros.
 */
class ParserFuzzTest {

    private static final String JSON_LENGTH = "Inference-Header-Content-Length";

    /** A good request of each kind. */
    private static final List<String[]> GOOD = List.of(
            new String[] {
                "/v1/embeddings",
                "{\"model\":\"e\",\"input\":[\"a\",\"b\"],\"dimensions\":2,\"encoding_format\":\"base64\"}"
            },
            new String[] {"/v1/embeddings", "{\"model\":\"e\",\"input\":[[1,2],[3]],\"user\":\"u\"}"},
            new String[] {"/embed", "{\"inputs\":[\"a\"],\"normalize\":false,\"truncate\":true,\"dimensions\":3}"},
            new String[] {"/predict", "{\"inputs\":[[\"a\"],[\"b\",\"c\"]],\"raw_scores\":true}"},
            new String[] {"/rerank", "{\"query\":\"q\",\"texts\":[\"a\",\"b\"],\"return_text\":true}"},
            new String[] {
                "/similarity",
                "{\"inputs\":{\"source_sentence\":\"a\",\"sentences\":[\"b\"]},\"parameters\":{\"truncate\":true}}"
            },
            new String[] {"/tokenize", "{\"inputs\":[\"a\",\"b\"],\"add_special_tokens\":false}"},
            new String[] {
                "/v1/rerank", "{\"model\":\"r\",\"query\":\"q\",\"documents\":[\"a\",{\"text\":\"b\"}],\"top_n\":1}"
            },
            new String[] {
                "/v2/rerank", "{\"model\":\"e\",\"query\":\"q\",\"documents\":[\"a\"],\"return_documents\":true}"
            },
            new String[] {
                "/v2/models/e/infer",
                "{\"id\":\"1\",\"parameters\":{\"priority\":1,\"timeout\":9},\"inputs\":[{\"name\":\"t\",\"shape\":[1,1],\"datatype\":\"BYTES\",\"data\":[[\"a\"]]}]}"
            },
            new String[] {
                "/v2/models/c/infer",
                "{\"inputs\":[{\"name\":\"t\",\"shape\":[1],\"datatype\":\"BYTES\",\"parameters\":{\"binary_data_size\":5}}],\"outputs\":[{\"name\":\"label\",\"parameters\":{\"binary_data\":true}}]}\1\0\0\0a"
            },
            new String[] {
                "/v2/models/r/infer",
                "{\"inputs\":[{\"name\":\"t\",\"shape\":[1,2],\"datatype\":\"BYTES\",\"data\":[\"a\",\"b\"]}]}"
            },
            new String[] {
                "/v2/models/t/infer",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1,2.5]},{\"name\":\"y\",\"shape\":[1],\"datatype\":\"BOOL\",\"data\":[true]}]}"
            },
            new String[] {
                "/v2/models/t/infer",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":8}},{\"name\":\"y\",\"shape\":[1],\"datatype\":\"BOOL\",\"parameters\":{\"binary_data_size\":1}}],\"parameters\":{\"binary_data_output\":true}}\0\0\0\0\0\0\0\0\1"
            },
            new String[] {"/v2/repository/index", "{\"ready\":true}"});

    private static final List<String> ODD_VALUES = List.of(
            "null",
            "true",
            "0",
            "-1",
            "1.5",
            "1e999",
            "-0.0",
            "99999999999999999999",
            "2147483648",
            "\"\"",
            "\"x\"",
            "[]",
            "{}",
            "[[]]",
            "[[[1]]]",
            "[null]",
            "[{}]",
            "{\"text\":null}",
            "\"\\ud800\"",
            "[1,\"a\"]",
            "[2147483647,2147483647,4]");

    private final MockMvc mvc = mvc();

    /**
     * A request as it goes out.
     *
     * @param jsonLength the header; blank for none
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Sent(String path, byte[] body, String jsonLength) {}

    @Provide
    Arbitrary<Sent> requests() {
        Arbitrary<String[]> good = Arbitraries.of(GOOD);
        Arbitrary<String> odd = Arbitraries.oneOf(
                Arbitraries.of(ODD_VALUES), Arbitraries.strings().ascii().ofMaxLength(5));
        Arbitrary<Integer> places = Arbitraries.integers().between(0, 500);
        Arbitrary<Integer> lengths = Arbitraries.integers().between(-2, 400);
        return Combinators.combine(
                        good,
                        odd,
                        places,
                        places,
                        lengths,
                        Arbitraries.integers().between(0, 5))
                .as(ParserFuzzTest::mutated);
    }

    /** One value, some characters, or a byte after the JSON, of a good request replaced by something odd. */
    private static Sent mutated(String[] good, String odd, int from, int length, int jsonLength, int kind) {
        String body = good[1];
        int json = body.lastIndexOf('}') + 1;
        String text = body.substring(0, json);
        String tail = body.substring(json);
        boolean inTail = kind == 5 && !tail.isEmpty();
        if (inTail) {
            int at = from % tail.length();
            tail = tail.substring(0, at) + (char) (length & 0x7f) + tail.substring(at + 1);
        }
        String changed = inTail ? text : kind < 4 ? valueReplaced(text, odd, from) : cut(text, odd, from, length);
        String header = json == body.length() && kind != 1
                ? ""
                : Integer.toString(kind == 0 ? jsonLength : changed.getBytes(StandardCharsets.UTF_8).length);
        return new Sent(good[0], (changed + tail).getBytes(StandardCharsets.UTF_8), header);
    }

    /** The value after one of the colons or, of an array's, after the bracket or comma. */
    private static String valueReplaced(String json, String odd, int which) {
        int[] starts = IntStream.range(0, json.length())
                .filter(i -> ":[,".indexOf(json.charAt(i)) >= 0)
                .toArray();
        int start = starts[which % starts.length] + 1;
        int depth = 0;
        int end = start;
        while (end < json.length() && (depth > 0 || ",]}".indexOf(json.charAt(end)) < 0)) {
            depth += "[{".indexOf(json.charAt(end)) >= 0 ? 1 : "]}".indexOf(json.charAt(end)) >= 0 ? -1 : 0;
            end++;
        }
        return json.substring(0, start) + odd + json.substring(end);
    }

    private static String cut(String json, String odd, int from, int length) {
        int start = from % json.length();
        return json.substring(0, start) + odd + json.substring(Math.min(json.length(), start + length % 20));
    }

    /** A client's mistake has a status of 4xx; what is good after all is answered. */
    @Property(tries = 4_000, shrinking = ShrinkingMode.BOUNDED)
    void nothingThatIsSentIsTheNodesFailure(@ForAll("requests") Sent sent) throws Exception {
        MockHttpServletRequestBuilder request =
                MockMvcRequestBuilders.post(sent.path).content(sent.body);
        if (!sent.jsonLength.isEmpty()) {
            request.header(JSON_LENGTH, sent.jsonLength);
        }
        MockHttpServletResponse answer = mvc.perform(request).andReturn().getResponse();
        assertThat(answer.getStatus())
                .as(() -> sent.path + " " + new String(sent.body, StandardCharsets.UTF_8) + " " + sent.jsonLength)
                .isIn(200, 400, 404, 413, 422);
    }

    private static MockMvc mvc() {
        ApiSettings settings = new ApiSettings(16, 512, 100_000, Duration.ofSeconds(9), 1, 1, "test", 0);
        Inference zeros = new Zeros();
        Models models = new Models(zeros, Map.of(), new RequestTerms(settings.longestTimeout()));
        Body body = new Body(settings.maxBodyBytes(), new Turns(1));
        Took none = new Took(0, 0);
        return MockMvcBuilders.standaloneSetup(
                        new OpenAiApi(settings, body, models),
                        new TeiApi(settings, body, models),
                        new TeiInfoApi(settings, body, models, () -> NodeState.UP),
                        new RerankApi(settings, body, models),
                        new OipApi(settings, body, models),
                        new OipInfoApi(
                                settings,
                                body,
                                models,
                                () -> NodeState.UP,
                                _ -> new ModelStatistics(none, none, none, none, none, 0)))
                .setControllerAdvice(new ApiErrors())
                .addFilters(new RefusalFilter(zeros))
                .build();
    }

    /** Answers zeros in the shape that the model says; tokens are none. */
    private static final class Zeros implements Inference {

        private final List<ModelCard> cards = List.of(
                card("e", Task.EMBEDDING, 4, List.of()),
                card("c", Task.CLASSIFICATION, 2, List.of("no", "yes")),
                card("r", Task.RERANK, 1, List.of()),
                card("t", Task.TENSOR, 1, List.of()));

        private static ModelCard card(String name, Task task, int width, List<String> labels) {
            boolean tensors = task == Task.TENSOR;
            TensorSpec x = new TensorSpec("x", Datatype.FP32, List.of(-1L, 2L));
            TensorSpec y = new TensorSpec("y", Datatype.BOOL, List.of(-1L));
            return new ModelCard(
                    name,
                    "1",
                    List.of(),
                    task,
                    EngineKind.PYTORCH,
                    8,
                    8,
                    256,
                    width,
                    labels,
                    tensors ? List.of(x, y) : List.of(),
                    tensors ? List.of(y, x) : List.of());
        }

        @Override
        public List<ModelCard> models() {
            return cards;
        }

        @Override
        public Rows run(ModelCard model, List<ModelInput> inputs, RunOptions options) {
            return model.task() == Task.TENSOR
                    ? new Rows(List.of(), List.of(Tensors.zeros(model.outputs())), 1)
                    : new Rows(Collections.nCopies(inputs.size(), new float[model.width()]), List.of(), 1);
        }

        @Override
        public List<List<TextToken>> tokens(ModelCard model, List<String> texts, boolean special, Duration timeout) {
            return Collections.nCopies(texts.size(), List.of());
        }

        @Override
        public Optional<InferenceException> refusal(int inside) {
            return Optional.empty();
        }

        @Override
        public void load() {
            // there is nothing to load
        }

        @Override
        public int cancel(String id) {
            return 0;
        }

        @Override
        public Backlog backlog() {
            return new Backlog(0, 0, 0);
        }

        @Override
        public List<NodeStatus.ServedModel> costs() {
            return List.of();
        }

        @Override
        public void close() {
            // it holds nothing
        }
    }
}
