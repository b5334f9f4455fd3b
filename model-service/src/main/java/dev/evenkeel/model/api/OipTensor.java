package dev.evenkeel.model.api;

import dev.evenkeel.model.inference.ModelCard;
import dev.evenkeel.model.predict.TensorSpec;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/**
 * What the protocol calls an input or an output of a model, a model of text's too: it has one input, {@code text}, BYTES of
 * shape [n] or [n,1]; a reranker's is [n,2], query and text. It answers {@code embedding}, FP32 [n,d]; or {@code label},
 * BYTES [n], the best one, and {@code score}, FP32 [n], its probability; a reranker {@code score} alone.
 *
 * @param shape dimensions, -1 for one that a request decides
 */
record OipTensor(String name, String datatype, List<Long> shape) {

    static final String EMBEDDING = "embedding";
    static final String LABEL = "label";
    static final String SCORE = "score";

    private static final String BYTES = "BYTES";
    private static final String FP32 = "FP32";

    static List<OipTensor> inputsOf(ModelCard model) {
        return switch (model.task()) {
            case EMBEDDING, CLASSIFICATION -> List.of(new OipTensor("text", BYTES, List.of(TensorSpec.FREE)));
            case RERANK -> List.of(new OipTensor("text", BYTES, List.of(TensorSpec.FREE, 2L)));
            case TENSOR -> all(model.inputs());
        };
    }

    static List<OipTensor> outputsOf(ModelCard model) {
        return switch (model.task()) {
            case EMBEDDING -> List.of(new OipTensor(EMBEDDING, FP32, List.of(TensorSpec.FREE, (long) model.width())));
            case CLASSIFICATION ->
                List.of(
                        new OipTensor(LABEL, BYTES, List.of(TensorSpec.FREE)),
                        new OipTensor(SCORE, FP32, List.of(TensorSpec.FREE)));
            case RERANK -> List.of(new OipTensor(SCORE, FP32, List.of(TensorSpec.FREE)));
            case TENSOR -> all(model.outputs());
        };
    }

    private static List<OipTensor> all(List<TensorSpec> specs) {
        return specs.stream()
                .map(spec -> new OipTensor(spec.name(), spec.datatype().name(), spec.shape()))
                .toList();
    }

    /** Into an object that is begun. */
    void describe(JsonGenerator json) {
        json.writeStringProperty("name", name);
        json.writeStringProperty("datatype", datatype);
        json.writeName("shape").writeStartArray();
        shape.forEach(json::writeNumber);
        json.writeEndArray();
    }
}
