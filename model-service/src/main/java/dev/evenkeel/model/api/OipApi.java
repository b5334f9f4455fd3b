package dev.evenkeel.model.api;

import dev.evenkeel.load.NodeState;
import dev.evenkeel.model.inference.ModelCard;
import dev.evenkeel.model.inference.ModelInput;
import dev.evenkeel.model.inference.Rows;
import dev.evenkeel.model.inference.Task;
import dev.evenkeel.model.predict.TensorSpec;
import dev.evenkeel.model.report.LoadFilter;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/**
 * The Open Inference Protocol, version 2, that KServe and Triton speak; JSON only as yet. A model of text has one input,
 * a tensor of BYTES named {@code text} (any name is taken) of shape [n] or [n,1]. It answers {@code embedding}, FP32
 * [n,d]; or {@code label}, BYTES [n], the best one, and {@code score}, FP32 [n], its probability. The parameter
 * {@code truncate} cuts what is too long. A tensor model has the inputs and outputs that its metadata lists.
 */
@RestController
class OipApi {

    private static final String INPUTS = "inputs";
    private static final String OUTPUTS = "outputs";
    private static final String TEXT = "text";
    private static final String EMBEDDING = "embedding";
    private static final String LABEL = "label";
    private static final String SCORE = "score";

    private final Body body;
    private final Inputs inputs;
    private final Models models;
    private final String version;
    private final Supplier<NodeState> state;

    OipApi(ApiSettings settings, Models models, Supplier<NodeState> state) {
        this.body = settings.body();
        this.inputs = settings.inputs();
        this.models = models;
        this.version = settings.version();
        this.state = state;
    }

    @PostMapping({"/v2/models/{name}/infer", "/v2/models/{name}/versions/{version}/infer"})
    ResponseEntity<byte[]> infer(
            HttpServletRequest request,
            @PathVariable("name") String name,
            @PathVariable(value = "version", required = false) @Nullable String version)
            throws IOException {
        request.setAttribute(LoadFilter.API, "oip");
        ModelCard model = model(name, version);
        if (request.getHeader("Inference-Header-Content-Length") != null) {
            throw Problem.invalid(
                    "Inference-Header-Content-Length", "Binary tensors are not taken; send the data as JSON.");
        }
        byte[] bytes = body.bytes(request);
        Fields fields = Body.parsed(bytes);
        Optional<String> id = fields.text("id");
        boolean truncate = fields.find("parameters")
                .map(parameters -> new Fields(parameters).flag("truncate", false))
                .orElse(false);
        Set<String> wanted = outputs(fields, model);
        List<ModelInput> predicted = model.task() == Task.TENSOR
                ? List.of(new ModelInput.Numbers(
                        JsonTensors.read(fields.required(INPUTS), INPUTS, model.inputs()), bytes.length))
                : texts(fields, model.task() == Task.RERANK);
        Rows rows = models.run(request, model, predicted, truncate, INPUTS);
        return Answers.ok(json -> {
            json.writeStartObject();
            json.writeStringProperty("model_name", name);
            json.writeStringProperty("model_version", model.version());
            id.ifPresent(given -> json.writeStringProperty("id", given));
            json.writeName(OUTPUTS).writeStartArray();
            switch (model.task()) {
                case EMBEDDING -> embedding(json, rows, model.width());
                case CLASSIFICATION -> classification(json, rows, model.labels(), wanted);
                case RERANK -> scores(json, rows);
                case TENSOR ->
                    rows.tensors().getFirst().tensors().stream()
                            .filter(tensor -> wanted.contains(tensor.name()))
                            .forEach(tensor -> JsonTensors.write(json, tensor));
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    /** @param pairs each input is a query and a text, in a tensor of two columns */
    private List<ModelInput> texts(Fields fields, boolean pairs) {
        JsonNode tensors = fields.required(INPUTS);
        if (!tensors.isArray() || tensors.size() != 1 || !tensors.get(0).isObject()) {
            throw Problem.invalid(INPUTS, "`inputs` must be an array of one tensor, of datatype BYTES.");
        }
        Fields tensor = new Fields(tensors.get(0));
        if (tensor.text("name").isEmpty()) {
            throw Problem.invalid("inputs[0].name", "`inputs[0].name` is missing.");
        }
        if (!tensor.text("datatype").orElse("").equals("BYTES")) {
            throw Problem.invalid("inputs[0].datatype", "`inputs[0].datatype` must be \"BYTES\".");
        }
        List<ModelInput> texts = pairs
                ? inputs.flatPairs(tensor.required("data"), "inputs[0].data")
                : inputs.flatTexts(tensor.required("data"), "inputs[0].data");
        JsonNode shape = tensor.required("shape");
        int columns = shape.size() == 2 ? shape.path(1).asInt(0) : 1;
        boolean ranked = shape.size() == 2 || (shape.size() == 1 && !pairs);
        if (!shape.isArray()
                || !ranked
                || columns != (pairs ? 2 : 1)
                || shape.path(0).asInt(-1) != texts.size()) {
            throw Problem.invalid(
                    "inputs[0].shape",
                    "`inputs[0].shape` is " + shape + "; for these data it must be "
                            + (pairs ? "" : "[" + texts.size() + "] or ") + "[" + texts.size() + ","
                            + (pairs ? 2 : 1) + "].");
        }
        return texts;
    }

    /** The names of the outputs to send; all of them when the request asks for none. */
    private static Set<String> outputs(Fields fields, ModelCard model) {
        Set<String> known = switch (model.task()) {
            case EMBEDDING -> Set.of(EMBEDDING);
            case CLASSIFICATION -> Set.of(LABEL, SCORE);
            case RERANK -> Set.of(SCORE);
            case TENSOR -> model.outputs().stream().map(TensorSpec::name).collect(Collectors.toSet());
        };
        Optional<JsonNode> outputs = fields.find(OUTPUTS).filter(value -> !value.isEmpty());
        if (outputs.isEmpty()) {
            return known;
        }
        if (!outputs.get().isArray()) {
            throw Problem.invalid(OUTPUTS, "`outputs` must be an array.");
        }
        return outputs.get()
                .valueStream()
                .map(output -> {
                    String name = new Fields(output).text("name").orElse("");
                    if (!known.contains(name)) {
                        throw Problem.invalid(
                                OUTPUTS,
                                "`outputs` asks for '" + name + "'; " + model.name() + " has: "
                                        + known.stream().sorted().collect(Collectors.joining(", ")) + ".");
                    }
                    return name;
                })
                .collect(Collectors.toSet());
    }

    private static void embedding(JsonGenerator json, Rows rows, int width) {
        tensor(
                json,
                EMBEDDING,
                "FP32",
                new int[] {rows.rows().size(), width},
                data -> rows.rows().forEach(row -> {
                    for (float number : row) {
                        data.writeNumber(number);
                    }
                }));
    }

    private static void classification(JsonGenerator json, Rows rows, List<String> labels, Set<String> wanted) {
        int[] shape = {rows.rows().size()};
        List<float[]> scores = rows.rows().stream().map(Vectors::softmax).toList();
        if (wanted.contains(LABEL)) {
            tensor(json, LABEL, "BYTES", shape, data -> scores.forEach(row -> data.writeString(labels.get(best(row)))));
        }
        if (wanted.contains(SCORE)) {
            tensor(json, SCORE, "FP32", shape, data -> scores.forEach(row -> data.writeNumber(row[best(row)])));
        }
    }

    private static void scores(JsonGenerator json, Rows rows) {
        tensor(
                json,
                SCORE,
                "FP32",
                new int[] {rows.rows().size()},
                data -> rows.rows().forEach(row -> data.writeNumber(Vectors.sigmoid(row[0]))));
    }

    private static int best(float[] scores) {
        int best = 0;
        for (int i = 1; i < scores.length; i++) {
            best = scores[i] > scores[best] ? i : best;
        }
        return best;
    }

    private static void tensor(
            JsonGenerator json, String name, String datatype, int[] shape, Consumer<JsonGenerator> data) {
        json.writeStartObject();
        json.writeStringProperty("name", name);
        json.writeStringProperty("datatype", datatype);
        json.writeName("shape");
        json.writeArray(shape, 0, shape.length);
        json.writeName("data").writeStartArray();
        data.accept(json);
        json.writeEndArray();
        json.writeEndObject();
    }

    @GetMapping({"/v2/models/{name}", "/v2/models/{name}/versions/{version}"})
    ResponseEntity<byte[]> metadata(
            @PathVariable("name") String name,
            @PathVariable(value = "version", required = false) @Nullable String version) {
        ModelCard model = model(name, version);
        return Answers.ok(json -> {
            json.writeStartObject();
            json.writeStringProperty("name", name);
            json.writeName("versions").writeStartArray();
            json.writeString(model.version());
            json.writeEndArray();
            json.writeStringProperty(
                    "platform",
                    switch (model.engine()) {
                        case PYTORCH -> "pytorch_torchscript";
                        case ONNXRUNTIME -> "onnxruntime_onnx";
                    });
            json.writeName(INPUTS).writeStartArray();
            switch (model.task()) {
                case EMBEDDING, CLASSIFICATION -> described(json, TEXT, "BYTES", -1);
                case RERANK -> described(json, TEXT, "BYTES", -1, 2);
                case TENSOR -> described(json, model.inputs());
            }
            json.writeEndArray();
            json.writeName(OUTPUTS).writeStartArray();
            switch (model.task()) {
                case EMBEDDING -> described(json, EMBEDDING, "FP32", -1, model.width());
                case CLASSIFICATION -> {
                    described(json, LABEL, "BYTES", -1);
                    described(json, SCORE, "FP32", -1);
                }
                case RERANK -> described(json, SCORE, "FP32", -1);
                case TENSOR -> described(json, model.outputs());
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private static void described(JsonGenerator json, List<TensorSpec> specs) {
        for (TensorSpec spec : specs) {
            json.writeStartObject();
            JsonTensors.describe(json, spec.name(), spec.datatype(), spec.shape());
            json.writeEndObject();
        }
    }

    private static void described(JsonGenerator json, String name, String datatype, int... shape) {
        json.writeStartObject();
        json.writeStringProperty("name", name);
        json.writeStringProperty("datatype", datatype);
        json.writeName("shape");
        json.writeArray(shape, 0, shape.length);
        json.writeEndObject();
    }

    @GetMapping({"/v2/models/{name}/ready", "/v2/models/{name}/versions/{version}/ready"})
    ResponseEntity<byte[]> modelReady(
            @PathVariable("name") String name,
            @PathVariable(value = "version", required = false) @Nullable String version) {
        ModelCard model = model(name, version);
        return readiness(json -> {
            json.writeStringProperty("name", model.name());
            json.writeBooleanProperty("ready", isReady());
        });
    }

    @GetMapping("/v2")
    ResponseEntity<byte[]> server() {
        return Answers.ok(json -> {
            json.writeStartObject();
            json.writeStringProperty("name", "evenkeel");
            json.writeStringProperty("version", version);
            json.writeName("extensions").writeStartArray().writeEndArray();
            json.writeEndObject();
        });
    }

    @GetMapping("/v2/health/live")
    ResponseEntity<byte[]> live() {
        return Answers.ok(json -> {
            json.writeStartObject();
            both(json);
            json.writeEndObject();
        });
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
        return ResponseEntity.status(isReady() ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
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

    private ModelCard model(String name, @Nullable String version) {
        ModelCard model = models.named(name, "model");
        if (version != null && !version.equals(model.version())) {
            throw new Problem(
                    Problem.Kind.UNKNOWN_MODEL,
                    "version",
                    "The model '" + name + "' is here in version " + model.version() + ", not " + version + ".");
        }
        return model;
    }
}
