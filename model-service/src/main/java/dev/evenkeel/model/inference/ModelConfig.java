package dev.evenkeel.model.inference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a node needs of a model's {@code config.json}, in Hugging Face's names.
 *
 * @param maxPositions {@code max_position_embeddings}
 * @param vocabulary {@code vocab_size}; no bound when it is missing
 * @param hiddenSize {@code hidden_size}; -1 when it is missing
 * @param labels {@code id2label} in the order of the ids
 */
record ModelConfig(int maxPositions, int vocabulary, int hiddenSize, List<String> labels) {

    private static final int DEFAULT_POSITIONS = 512;
    private static final JsonMapper JSON = new JsonMapper();

    static ModelConfig read(String model, Path file) throws IOException {
        JsonNode config;
        try {
            config = JSON.readTree(Files.readAllBytes(file));
        } catch (JacksonException e) {
            throw new IOException("model " + model + ": " + file + " is not JSON", e);
        }
        JsonNode id2label = config.path("id2label");
        List<String> labels = new ArrayList<>();
        for (int id = 0; id < id2label.size(); id++) {
            JsonNode label = id2label.path(Integer.toString(id));
            if (!label.isString()) {
                throw new IOException("model " + model + ": id2label in " + file + " names no label " + id);
            }
            labels.add(label.stringValue());
        }
        return new ModelConfig(
                config.path("max_position_embeddings").asInt(DEFAULT_POSITIONS),
                config.path("vocab_size").asInt(Integer.MAX_VALUE),
                config.path("hidden_size").asInt(-1),
                List.copyOf(labels));
    }
}
