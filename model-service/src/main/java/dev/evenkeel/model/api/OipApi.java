package dev.evenkeel.model.api;

import dev.evenkeel.model.inference.ModelCard;
import dev.evenkeel.model.inference.ModelInput;
import dev.evenkeel.model.inference.Rows;
import dev.evenkeel.model.inference.RunOptions;
import dev.evenkeel.model.inference.Task;
import dev.evenkeel.model.report.LoadFilter;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/**
 * Predictions in the Open Inference Protocol, version 2, that KServe and Triton speak, tensors in JSON or, with Triton's
 * extension, in bytes. {@code OipTensor} has what goes in and out. Parameters: {@code truncate} cuts what is too long,
 * {@code priority} and {@code timeout} are Triton's, {@code binary_data_output} has all outputs as bytes.
 *
 * @see <a href="https://kserve.github.io/website/docs/concepts/architecture/data-plane/v2-protocol">the protocol</a>
 */
@RestController
class OipApi {

    private static final String INPUTS = "inputs";
    private static final String OUTPUTS = "outputs";
    private static final String PARAMETERS = "parameters";

    private final Body body;
    private final OipTexts texts;
    private final Models models;

    OipApi(ApiSettings settings, Body body, Models models) {
        this.body = body;
        this.texts = new OipTexts(settings.inputs());
        this.models = models;
    }

    @PostMapping({"/v2/models/{name}/infer", "/v2/models/{name}/versions/{version}/infer"})
    ResponseEntity<byte[]> infer(
            HttpServletRequest request,
            @PathVariable("name") String name,
            @PathVariable(value = "version", required = false) @Nullable String version)
            throws IOException {
        request.setAttribute(LoadFilter.API, "oip");
        ModelCard model = models.versioned(name, version);
        byte[] bytes = body.bytes(request);
        OipBody given = OipBody.of(bytes, request.getHeader(OipBody.JSON_LENGTH));
        Optional<String> id = given.json().text("id");
        Fields parameters = given.parameters();
        RunOptions options = models.terms().of(request, parameters.flag("truncate", false), parameters);
        Map<String, Boolean> wanted = outputs(given.json(), model, parameters.flag("binary_data_output", false));
        Rows rows = models.run(request, model, inputs(given, model, bytes.length), options, _ -> INPUTS);
        List<OipOutput> outputs = outputs(model, rows).stream()
                .filter(output -> wanted.containsKey(output.name()))
                .toList();
        return answer(name, model, id, outputs, wanted);
    }

    private List<ModelInput> inputs(OipBody given, ModelCard model, int length) {
        if (model.task() != Task.TENSOR) {
            return texts.read(given, model.task() == Task.RERANK);
        }
        // numbers in bytes say nothing of how long others are in JSON
        long jsonLength = given.binary().limit() == 0 ? length : 0;
        return List.of(new ModelInput.Numbers(JsonTensors.read(given, INPUTS, model.inputs()), jsonLength));
    }

    /** The names of the outputs to send, and whether as bytes; all of them when the request asks for none. */
    private static Map<String, Boolean> outputs(Fields fields, ModelCard model, boolean allBinary) {
        List<String> known =
                OipTensor.outputsOf(model).stream().map(OipTensor::name).toList();
        Optional<JsonNode> outputs = fields.find(OUTPUTS).filter(value -> !value.isArray() || !value.isEmpty());
        Map<String, Boolean> wanted = new HashMap<>();
        if (outputs.isEmpty()) {
            known.forEach(name -> wanted.put(name, allBinary));
            return wanted;
        }
        if (!outputs.get().isArray()) {
            throw Problem.invalid(OUTPUTS, "`outputs` must be an array.");
        }
        for (JsonNode output : outputs.get()) {
            Fields asked = new Fields(output);
            String name = asked.text("name").orElse("");
            if (!known.contains(name)) {
                throw Problem.invalid(
                        OUTPUTS,
                        "`outputs` asks for '" + name + "'; " + model.name() + " has: "
                                + known.stream().sorted().collect(Collectors.joining(", ")) + ".");
            }
            wanted.put(name, asked.object(PARAMETERS).flag("binary_data", allBinary));
        }
        return wanted;
    }

    private static List<OipOutput> outputs(ModelCard model, Rows rows) {
        long count = rows.rows().size();
        return switch (model.task()) {
            case EMBEDDING ->
                List.of(OipOutput.of(OipTensor.EMBEDDING, List.of(count, (long) model.width()), rows.rows()));
            case CLASSIFICATION -> {
                List<float[]> scores =
                        rows.rows().stream().map(Vectors::softmax).toList();
                yield List.of(
                        OipOutput.ofTexts(
                                OipTensor.LABEL,
                                scores.stream()
                                        .map(row -> model.labels().get(Vectors.highest(row)))
                                        .toList()),
                        OipOutput.of(
                                OipTensor.SCORE,
                                List.of(count),
                                scores.stream()
                                        .map(row -> new float[] {row[Vectors.highest(row)]})
                                        .toList()));
            }
            case RERANK ->
                List.of(OipOutput.of(
                        OipTensor.SCORE,
                        List.of(count),
                        rows.rows().stream()
                                .map(row -> new float[] {Vectors.sigmoid(row[0])})
                                .toList()));
            case TENSOR ->
                rows.tensors().getFirst().tensors().stream().map(OipOutput::of).toList();
        };
    }

    private static ResponseEntity<byte[]> answer(
            String name, ModelCard model, Optional<String> id, List<OipOutput> outputs, Map<String, Boolean> wanted) {
        Map<String, ByteBuffer> binary = new LinkedHashMap<>();
        outputs.stream()
                .filter(output -> wanted.getOrDefault(output.name(), false))
                .forEach(output -> binary.put(output.name(), output.bytes().get()));
        byte[] json = Answers.json(generator -> {
            generator.writeStartObject();
            generator.writeStringProperty("model_name", name);
            generator.writeStringProperty("model_version", model.version());
            id.ifPresent(given -> generator.writeStringProperty("id", given));
            generator.writeName(OUTPUTS).writeStartArray();
            for (OipOutput output : outputs) {
                ByteBuffer bytes = binary.get(output.name());
                if (bytes == null) {
                    output.write(generator);
                } else {
                    output.writeWithSize(generator, bytes.remaining());
                }
            }
            generator.writeEndArray();
            generator.writeEndObject();
        });
        if (binary.isEmpty()) {
            return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(json);
        }
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .header(OipBody.JSON_LENGTH, Integer.toString(json.length))
                .body(joined(json, binary));
    }

    private static byte[] joined(byte[] json, Map<String, ByteBuffer> binary) {
        int length = json.length
                + binary.values().stream().mapToInt(ByteBuffer::remaining).sum();
        ByteBuffer all = ByteBuffer.allocate(length).put(json);
        binary.values().forEach(all::put);
        return all.array();
    }
}
