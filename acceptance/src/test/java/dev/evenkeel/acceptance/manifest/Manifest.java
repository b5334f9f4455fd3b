package dev.evenkeel.acceptance.manifest;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.ObjectReader;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** One document. */
record Manifest(JsonNode json) {

    private static final ObjectReader READER = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build()
            .readerFor(JsonNode.class);

    /**
     * The documents of a YAML text.
     *
     * @throws JacksonException if it is no YAML, or has a key twice
     */
    static List<Manifest> parse(String yaml) {
        try (MappingIterator<JsonNode> documents = READER.readValues(yaml)) {
            return documents.readAll().stream().map(Manifest::new).toList();
        }
    }

    String kind() {
        return json.path("kind").asString("");
    }

    String name() {
        return json.at("/metadata/name").asString("");
    }

    @Override
    public String toString() {
        return kind() + " " + name();
    }

    /** An object of strings, such as labels. */
    static Map<String, String> strings(JsonNode object) {
        return object.properties().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().asString("")));
    }

    static Stream<JsonNode> elements(JsonNode array) {
        return array.valueStream();
    }
}
