package dev.evenkeel.model.api;

import dev.evenkeel.load.Headers;
import dev.evenkeel.load.NodeState;
import dev.evenkeel.model.inference.ModelCard;
import dev.evenkeel.model.inference.ModelInput;
import dev.evenkeel.model.inference.Rows;
import dev.evenkeel.model.inference.Task;
import dev.evenkeel.model.report.LoadFilter;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/**
 * Hugging Face's text-embeddings-inference. It serves one model, so its requests name none: the header
 * {@value Headers#MODEL} does here, else the task has a default.
 */
@RestController
class TeiApi {

    private static final String INPUTS = "inputs";
    private static final String TEXTS = "texts";
    private static final long RETRY_MILLIS = 1_000;

    private final Body body;
    private final Inputs inputs;
    private final Models models;
    private final ApiSettings settings;
    private final Supplier<NodeState> state;

    TeiApi(ApiSettings settings, Models models, Supplier<NodeState> state) {
        this.body = settings.body();
        this.inputs = settings.inputs();
        this.models = models;
        this.settings = settings;
        this.state = state;
    }

    @PostMapping("/embed")
    ResponseEntity<byte[]> embed(HttpServletRequest request) throws IOException {
        request.setAttribute(LoadFilter.API, "tei");
        Fields fields = body.read(request);
        ModelCard model = model(request, Task.EMBEDDING);
        int dimensions = fields.number("dimensions", 1, model.width()).orElse(model.width());
        boolean truncate = fields.flag("truncate", false);
        // what the model normalises by itself stays so
        boolean normalize = fields.flag("normalize", true);
        List<ModelInput> texts = inputs.textsOrIds(fields.required(INPUTS), INPUTS);
        Rows rows = models.run(request, model, texts, truncate, INPUTS);
        return Answers.ok(json -> {
            json.writeStartArray();
            for (float[] row : rows.rows()) {
                float[] vector = Vectors.shortened(row, dimensions);
                Answers.floats(json, normalize ? Vectors.normalized(vector) : vector);
            }
            json.writeEndArray();
        });
    }

    @PostMapping("/predict")
    ResponseEntity<byte[]> predict(HttpServletRequest request) throws IOException {
        request.setAttribute(LoadFilter.API, "tei");
        Fields fields = body.read(request);
        ModelCard model = model(request, Task.CLASSIFICATION);
        boolean truncate = fields.flag("truncate", false);
        boolean raw = fields.flag("raw_scores", false);
        JsonNode value = fields.required(INPUTS);
        boolean batch = value.isArray() && value.path(0).isArray();
        List<ModelInput> texts = batch ? inputs.textsOrPairs(value, INPUTS) : List.of(inputs.textOrPair(value, INPUTS));
        Rows rows = models.run(request, model, texts, truncate, INPUTS);
        return Answers.ok(json -> {
            if (batch) {
                json.writeStartArray();
                rows.rows().forEach(row -> scores(json, model.labels(), row, raw));
                json.writeEndArray();
            } else {
                scores(json, model.labels(), rows.rows().getFirst(), raw);
            }
        });
    }

    @PostMapping("/rerank")
    ResponseEntity<byte[]> rerank(HttpServletRequest request) throws IOException {
        request.setAttribute(LoadFilter.API, "tei");
        Fields fields = body.read(request);
        ModelCard model = model(request, Task.RERANK);
        boolean truncate = fields.flag("truncate", false);
        boolean raw = fields.flag("raw_scores", false);
        boolean withText = fields.flag("return_text", false);
        String query = fields.text("query").orElseThrow(() -> Problem.invalid("query", "`query` is missing."));
        JsonNode texts = fields.required(TEXTS);
        Rows rows = models.run(request, model, inputs.pairsWith(query, texts, TEXTS), truncate, TEXTS);
        return Answers.ok(json -> {
            json.writeStartArray();
            IntStream.range(0, rows.rows().size())
                    .boxed()
                    .sorted(Comparator.comparingDouble(i -> -rows.rows().get(i)[0]))
                    .forEach(i -> {
                        float logit = rows.rows().get(i)[0];
                        json.writeStartObject();
                        json.writeNumberProperty("index", i);
                        if (withText) {
                            json.writeStringProperty("text", texts.get(i).stringValue());
                        }
                        json.writeNumberProperty("score", raw ? logit : Vectors.sigmoid(logit));
                        json.writeEndObject();
                    });
            json.writeEndArray();
        });
    }

    /** The best first. */
    private static void scores(JsonGenerator json, List<String> labels, float[] logits, boolean raw) {
        float[] scores = raw ? logits : Vectors.softmax(logits);
        json.writeStartArray();
        IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -scores[i]))
                .forEach(i -> {
                    json.writeStartObject();
                    json.writeNumberProperty("score", scores[i]);
                    json.writeStringProperty("label", labels.get(i));
                    json.writeEndObject();
                });
        json.writeEndArray();
    }

    @GetMapping("/info")
    ResponseEntity<byte[]> info(HttpServletRequest request) {
        ModelCard model = model(request, taskOf(request));
        return Answers.ok(json -> {
            json.writeStartObject();
            json.writeStringProperty("model_id", model.name());
            json.writeStringProperty("model_sha", model.version());
            json.writeStringProperty("model_dtype", "float32");
            json.writeName("model_type").writeStartObject();
            switch (model.task()) {
                case EMBEDDING -> {
                    json.writeName("embedding").writeStartObject();
                    json.writeStringProperty("pooling", "mean");
                    json.writeEndObject();
                }
                case CLASSIFICATION -> {
                    json.writeName("classifier").writeStartObject();
                    json.writeName("id2label").writeStartObject();
                    for (int id = 0; id < model.labels().size(); id++) {
                        json.writeStringProperty(
                                Integer.toString(id), model.labels().get(id));
                    }
                    json.writeEndObject();
                    json.writeEndObject();
                }
                case RERANK -> {
                    json.writeName("reranker").writeStartObject();
                    json.writeEndObject();
                }
                case TENSOR -> throw new IllegalStateException("refused above");
            }
            json.writeEndObject();
            json.writeNumberProperty("max_input_length", model.maxTokens());
            json.writeNumberProperty("max_client_batch_size", settings.maxInputs());
            json.writeBooleanProperty("auto_truncate", false);
            json.writeNumberProperty("tokenization_workers", settings.workers());
            json.writeStringProperty("version", settings.version());
            json.writeEndObject();
        });
    }

    @GetMapping("/health")
    ResponseEntity<byte[]> health() {
        if (state.get() != NodeState.UP) {
            throw new Problem(Problem.Kind.UNAVAILABLE, null, "The node is " + state.get() + ".", RETRY_MILLIS);
        }
        return ResponseEntity.ok().build();
    }

    /** Of the model that is asked about; one of tensors is refused as if the first one's were asked for. */
    private Task taskOf(HttpServletRequest request) {
        String named = request.getHeader(Headers.MODEL);
        return Stream.concat(
                        named == null ? Stream.of() : Stream.of(models.named(named, Headers.MODEL)),
                        models.all().stream())
                .map(ModelCard::task)
                .filter(task -> task != Task.TENSOR)
                .findFirst()
                .orElse(Task.EMBEDDING);
    }

    private ModelCard model(HttpServletRequest request, Task task) {
        String named = request.getHeader(Headers.MODEL);
        return named == null ? models.unnamed(task, Headers.MODEL) : models.named(named, Headers.MODEL, task);
    }
}
