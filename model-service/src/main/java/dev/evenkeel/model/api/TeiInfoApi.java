package dev.evenkeel.model.api;

import dev.evenkeel.load.Headers;
import dev.evenkeel.load.NodeState;
import dev.evenkeel.model.inference.ModelCard;
import dev.evenkeel.model.inference.Task;
import dev.evenkeel.model.report.LoadFilter;
import dev.evenkeel.model.tokenize.TextToken;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JsonGenerator;

/**
 * What text-embeddings-inference tells of itself and its model, without a prediction. The header {@value Headers#MODEL}
 * names the model, else it is the default for embeddings, else the first one that takes text.
 */
@RestController
class TeiInfoApi {

    private static final String INPUTS = "inputs";
    private static final long RETRY_MILLIS = 1_000;

    private final Body body;
    private final Inputs inputs;
    private final Models models;
    private final ApiSettings settings;
    private final Supplier<NodeState> state;

    TeiInfoApi(ApiSettings settings, Body body, Models models, Supplier<NodeState> state) {
        this.body = body;
        this.inputs = settings.inputs();
        this.models = models;
        this.settings = settings;
        this.state = state;
    }

    @PostMapping("/tokenize")
    ResponseEntity<byte[]> tokenize(HttpServletRequest request) throws IOException {
        request.setAttribute(LoadFilter.API, "tei");
        Fields fields = body.read(request);
        ModelCard model = models.byHeader(request, taskOf(request));
        boolean special = fields.flag("add_special_tokens", true);
        List<String> texts = inputs.texts(fields.required(INPUTS), INPUTS);
        List<List<TextToken>> tokens = models.tokens(request, model, texts, special, INPUTS);
        return Answers.ok(json -> {
            json.writeStartArray();
            for (List<TextToken> each : tokens) {
                json.writeStartArray();
                each.forEach(token -> token(json, token));
                json.writeEndArray();
            }
            json.writeEndArray();
        });
    }

    private static void token(JsonGenerator json, TextToken token) {
        json.writeStartObject();
        json.writeNumberProperty("id", token.id());
        json.writeStringProperty("text", token.text());
        json.writeBooleanProperty("special", token.special());
        if (token.special()) {
            json.writeNullProperty("start");
            json.writeNullProperty("stop");
        } else {
            json.writeNumberProperty("start", token.start());
            json.writeNumberProperty("stop", token.stop());
        }
        json.writeEndObject();
    }

    @GetMapping("/info")
    ResponseEntity<byte[]> info(HttpServletRequest request) {
        ModelCard model = models.byHeader(request, taskOf(request));
        return Answers.ok(json -> {
            json.writeStartObject();
            json.writeStringProperty("model_id", model.name());
            json.writeStringProperty("model_sha", model.version());
            json.writeStringProperty("model_dtype", "float32");
            json.writeName("model_type").writeStartObject();
            type(json, model);
            json.writeEndObject();
            json.writeNumberProperty("max_concurrent_requests", settings.maxRequests());
            json.writeNumberProperty("max_input_length", model.maxTokens());
            json.writeNumberProperty("max_batch_tokens", model.maxBatchTokens());
            json.writeNumberProperty("max_batch_requests", model.maxBatch());
            json.writeNumberProperty("max_client_batch_size", settings.maxInputs());
            json.writeBooleanProperty("auto_truncate", false);
            json.writeNumberProperty("tokenization_workers", settings.workers());
            json.writeStringProperty("version", settings.version());
            json.writeNullProperty("sha");
            json.writeNullProperty("docker_label");
            json.writeEndObject();
        });
    }

    private static void type(JsonGenerator json, ModelCard model) {
        switch (model.task()) {
            case EMBEDDING -> {
                json.writeName("embedding").writeStartObject();
                json.writeStringProperty("pooling", "mean");
                json.writeEndObject();
            }
            case CLASSIFICATION -> {
                json.writeName("classifier").writeStartObject();
                labels(json, model.labels());
                json.writeEndObject();
            }
            case RERANK -> {
                json.writeName("reranker").writeStartObject();
                labels(json, List.of("LABEL_0"));
                json.writeEndObject();
            }
            case TENSOR -> throw new IllegalStateException("refused above");
        }
    }

    private static void labels(JsonGenerator json, List<String> labels) {
        json.writeName("id2label").writeStartObject();
        for (int id = 0; id < labels.size(); id++) {
            json.writeStringProperty(Integer.toString(id), labels.get(id));
        }
        json.writeEndObject();
        json.writeName("label2id").writeStartObject();
        for (int id = 0; id < labels.size(); id++) {
            json.writeNumberProperty(labels.get(id), id);
        }
        json.writeEndObject();
    }

    @GetMapping("/health")
    ResponseEntity<byte[]> health() {
        if (state.get() != NodeState.UP) {
            throw new Problem(Problem.Kind.UNAVAILABLE, null, "The node is " + state.get() + ".", RETRY_MILLIS);
        }
        return ResponseEntity.ok().build();
    }

    /** Of the model that is asked about; one of tensors is refused as if an embedder were asked for. */
    private Task taskOf(HttpServletRequest request) {
        String named = request.getHeader(Headers.MODEL);
        if (named != null) {
            Task task = models.named(named, Headers.MODEL).task();
            return task == Task.TENSOR ? Task.EMBEDDING : task;
        }
        List<Task> tasks = models.all().stream().map(ModelCard::task).toList();
        return tasks.contains(Task.EMBEDDING)
                ? Task.EMBEDDING
                : tasks.stream().filter(task -> task != Task.TENSOR).findFirst().orElse(Task.EMBEDDING);
    }
}
