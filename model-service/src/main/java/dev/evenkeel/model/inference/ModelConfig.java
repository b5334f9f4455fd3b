package dev.evenkeel.model.inference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a node needs of a model's {@code config.json}, in Hugging Face's names. A folder without one has the defaults.
 *
 * @param maxPositions tokens that an input can have: {@code max_position_embeddings}, of which RoBERTa's kin keep two
 * @param maxTokens tokens that the model was made for: {@code max_seq_length} of sentence_bert_config.json, else all
 *     positions
 * @param vocabulary {@code vocab_size}; no bound when it is missing
 * @param labels {@code id2label} in the order of the ids
 */
record ModelConfig(int maxPositions, int maxTokens, int vocabulary, List<String> labels) {

    private static final int DEFAULT_POSITIONS = 512;

    /** Their positions are counted from the padding id, which is 1. */
    private static final Set<String> POSITIONS_FROM_TWO =
            Set.of("roberta", "xlm-roberta", "camembert", "mpnet", "xlm-roberta-xl");

    private static final JsonMapper JSON = new JsonMapper();

    static ModelConfig read(String model, Path folder) throws IOException {
        JsonNode config = json(model, folder.resolve("config.json"));
        JsonNode sentences = json(model, folder.resolve("sentence_bert_config.json"));
        JsonNode id2label = config.path("id2label");
        List<String> labels = new ArrayList<>();
        for (int id = 0; id < id2label.size(); id++) {
            JsonNode label = id2label.path(Integer.toString(id));
            if (!label.isString()) {
                throw new IOException("model " + model + ": id2label in config.json names no label " + id);
            }
            labels.add(label.stringValue());
        }
        int positions = config.path("max_position_embeddings").asInt(DEFAULT_POSITIONS);
        if (POSITIONS_FROM_TWO.contains(config.path("model_type").asString(""))) {
            positions -= 2;
        }
        return new ModelConfig(
                positions,
                Math.min(positions, sentences.path("max_seq_length").asInt(positions)),
                config.path("vocab_size").asInt(Integer.MAX_VALUE),
                List.copyOf(labels));
    }

    private static JsonNode json(String model, Path file) throws IOException {
        try {
            return Files.exists(file) ? JSON.readTree(Files.readAllBytes(file)) : JSON.createObjectNode();
        } catch (JacksonException e) {
            throw new IOException("model " + model + ": " + file + " is not JSON", e);
        }
    }
}
