package dev.evenkeel.model.api;

import dev.evenkeel.load.NodeState;
import dev.evenkeel.model.inference.ModelCard;
import dev.evenkeel.model.inference.Task;
import dev.evenkeel.model.predict.EngineKind;
import dev.evenkeel.model.predict.TensorSpec;
import dev.evenkeel.model.report.ModelStatistics;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JsonGenerator;

/**
 * What the Open Inference Protocol, and Triton beyond it, tell of the server and its models. Statistics count from the
 * node's start; they have no {@code last_inference}.
 */
@RestController
class OipInfoApi {

    /** Triton's names for what is here beyond the protocol. */
    private static final List<String> EXTENSIONS =
            List.of("binary_tensor_data", "model_configuration", "model_repository", "statistics", "parameters");

    private final Body body;
    private final Models models;
    private final int workers;
    private final String version;
    private final Supplier<NodeState> state;
    private final Function<String, ModelStatistics> statistics;

    OipInfoApi(
            ApiSettings settings,
            Body body,
            Models models,
            Supplier<NodeState> state,
            Function<String, ModelStatistics> statistics) {
        this.body = body;
        this.models = models;
        this.workers = settings.workers();
        this.version = settings.version();
        this.state = state;
        this.statistics = statistics;
    }

    @GetMapping({"/v2/models/{name}", "/v2/models/{name}/versions/{version}"})
    ResponseEntity<byte[]> metadata(
            @PathVariable("name") String name,
            @PathVariable(value = "version", required = false) @Nullable String version) {
        ModelCard model = models.versioned(name, version);
        return object(json -> {
            json.writeStringProperty("name", name);
            json.writeName("versions").writeStartArray();
            json.writeString(model.version());
            json.writeEndArray();
            json.writeStringProperty("platform", platform(model.engine()));
            described(json, "inputs", OipTensor.inputsOf(model));
            described(json, "outputs", OipTensor.outputsOf(model));
        });
    }

    private static String platform(EngineKind engine) {
        return switch (engine) {
            case PYTORCH -> "pytorch_torchscript";
            case ONNXRUNTIME -> "onnxruntime_onnx";
        };
    }

    private static void described(JsonGenerator json, String name, List<OipTensor> tensors) {
        json.writeName(name).writeStartArray();
        for (OipTensor tensor : tensors) {
            json.writeStartObject();
            tensor.describe(json);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** Triton's model configuration, as far as it says something here. */
    @GetMapping({"/v2/models/{name}/config", "/v2/models/{name}/versions/{version}/config"})
    ResponseEntity<byte[]> config(
            @PathVariable("name") String name,
            @PathVariable(value = "version", required = false) @Nullable String version) {
        ModelCard model = models.versioned(name, version);
        boolean hasRows = model.task() != Task.TENSOR || model.inputs().stream().allMatch(TensorSpec::hasFreeRows);
        return object(json -> {
            json.writeStringProperty("name", name);
            json.writeStringProperty("platform", platform(model.engine()));
            json.writeStringProperty(
                    "backend",
                    switch (model.engine()) {
                        case PYTORCH -> "pytorch";
                        case ONNXRUNTIME -> "onnxruntime";
                    });
            json.writeNumberProperty("max_batch_size", hasRows ? model.maxBatch() : 0);
            configured(json, "input", OipTensor.inputsOf(model), hasRows);
            configured(json, "output", OipTensor.outputsOf(model), hasRows);
            json.writeName("instance_group").writeStartArray();
            json.writeStartObject();
            json.writeStringProperty("name", name);
            json.writeStringProperty("kind", "KIND_CPU");
            json.writeNumberProperty("count", workers);
            json.writeEndObject();
            json.writeEndArray();
            json.writeName("dynamic_batching").writeStartObject().writeEndObject();
        });
    }

    /** @param hasRows the first dimension is the batch's, which Triton leaves out */
    private static void configured(JsonGenerator json, String name, List<OipTensor> tensors, boolean hasRows) {
        json.writeName(name).writeStartArray();
        for (OipTensor tensor : tensors) {
            json.writeStartObject();
            json.writeStringProperty("name", tensor.name());
            json.writeStringProperty(
                    "data_type", "TYPE_" + (tensor.datatype().equals("BYTES") ? "STRING" : tensor.datatype()));
            json.writeName("dims").writeStartArray();
            List<Long> shape = tensor.shape();
            // a tensor of rows alone has one number each
            List<Long> dims = !hasRows ? shape : shape.size() > 1 ? shape.subList(1, shape.size()) : List.of(1L);
            dims.forEach(json::writeNumber);
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    @GetMapping({"/v2/models/{name}/stats", "/v2/models/{name}/versions/{version}/stats"})
    ResponseEntity<byte[]> stats(
            @PathVariable("name") String name,
            @PathVariable(value = "version", required = false) @Nullable String version) {
        ModelCard model = models.versioned(name, version);
        return stats(List.of(model));
    }

    @GetMapping("/v2/models/stats")
    ResponseEntity<byte[]> allStats() {
        return stats(models.all());
    }

    private ResponseEntity<byte[]> stats(List<ModelCard> of) {
        return object(json -> {
            json.writeName("model_stats").writeStartArray();
            for (ModelCard model : of) {
                ModelStatistics all = statistics.apply(model.name());
                json.writeStartObject();
                json.writeStringProperty("name", model.name());
                json.writeStringProperty("version", model.version());
                json.writeNumberProperty("inference_count", all.inputs());
                json.writeNumberProperty("execution_count", all.predict().count());
                json.writeName("inference_stats").writeStartObject();
                took(json, "success", all.success());
                took(json, "fail", all.fail());
                took(json, "queue", all.queue());
                took(json, "compute_input", all.tokenize());
                took(json, "compute_infer", all.predict());
                json.writeEndObject();
                json.writeName("batch_stats").writeStartArray().writeEndArray();
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    private static void took(JsonGenerator json, String name, ModelStatistics.Took took) {
        json.writeName(name).writeStartObject();
        json.writeNumberProperty("count", took.count());
        json.writeNumberProperty("ns", took.nanos());
        json.writeEndObject();
    }

    /** All models are ready here, so asking for the ready ones alone gives the same. */
    @PostMapping("/v2/repository/index")
    ResponseEntity<byte[]> index(HttpServletRequest request) throws IOException {
        byte[] bytes = body.bytes(request);
        if (bytes.length > 0) {
            Body.parsed(bytes).flag("ready", false);
        }
        return Answers.ok(json -> {
            json.writeStartArray();
            for (ModelCard model : models.all()) {
                json.writeStartObject();
                json.writeStringProperty("name", model.name());
                json.writeStringProperty("version", model.version());
                json.writeStringProperty("state", "READY");
                json.writeStringProperty("reason", "");
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    @GetMapping({"/v2/models/{name}/ready", "/v2/models/{name}/versions/{version}/ready"})
    ResponseEntity<byte[]> modelReady(
            @PathVariable("name") String name,
            @PathVariable(value = "version", required = false) @Nullable String version) {
        ModelCard model = models.versioned(name, version);
        return readiness(json -> {
            json.writeStringProperty("name", model.name());
            json.writeBooleanProperty("ready", isReady());
        });
    }

    @GetMapping("/v2")
    ResponseEntity<byte[]> server() {
        return object(json -> {
            json.writeStringProperty("name", "evenkeel");
            json.writeStringProperty("version", version);
            json.writeName("extensions").writeStartArray();
            EXTENSIONS.forEach(json::writeString);
            json.writeEndArray();
        });
    }

    @GetMapping("/v2/health/live")
    ResponseEntity<byte[]> live() {
        return object(this::both);
    }

    @GetMapping("/v2/health/ready")
    ResponseEntity<byte[]> ready() {
        return readiness(this::both);
    }

    /** Clients differ in which of the two they look for, on either path. */
    private void both(JsonGenerator json) {
        json.writeBooleanProperty("live", true);
        json.writeBooleanProperty("ready", isReady());
    }

    private ResponseEntity<byte[]> readiness(Consumer<JsonGenerator> content) {
        return answer(isReady() ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE, content);
    }

    private static ResponseEntity<byte[]> object(Consumer<JsonGenerator> content) {
        return answer(HttpStatus.OK, content);
    }

    private static ResponseEntity<byte[]> answer(HttpStatus status, Consumer<JsonGenerator> content) {
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_JSON)
                .body(Answers.json(json -> {
                    json.writeStartObject();
                    content.accept(json);
                    json.writeEndObject();
                }));
    }

    private boolean isReady() {
        return state.get() == NodeState.UP;
    }
}
