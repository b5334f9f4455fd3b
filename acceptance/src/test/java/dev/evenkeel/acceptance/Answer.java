package dev.evenkeel.acceptance;

import java.util.List;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/** What a model said: a vector or a label. The other one is empty. */
record Answer(List<Double> vector, String label) {

    private static final double SAME_DIRECTION = 0.9999;

    static Answer vector(JsonNode numbers) {
        List<Double> vector = StreamSupport.stream(numbers.spliterator(), false)
                .map(JsonNode::asDouble)
                .toList();
        if (vector.isEmpty()) {
            throw new IllegalArgumentException("no vector in the answer");
        }
        return new Answer(vector, "");
    }

    static Answer label(JsonNode text) {
        if (!text.isString()) {
            throw new IllegalArgumentException("no label in the answer");
        }
        return new Answer(List.of(), text.asString());
    }

    /** The same label, or a vector of the same direction. */
    boolean agreesWith(Answer other) {
        return label.equals(other.label)
                && vector.size() == other.vector.size()
                && (vector.isEmpty() || cosine(vector, other.vector) >= SAME_DIRECTION);
    }

    private static double cosine(List<Double> a, List<Double> b) {
        double dot = 0;
        double squaresOfA = 0;
        double squaresOfB = 0;
        for (int i = 0; i < a.size(); i++) {
            dot += a.get(i) * b.get(i);
            squaresOfA += a.get(i) * a.get(i);
            squaresOfB += b.get(i) * b.get(i);
        }
        return dot / Math.sqrt(squaresOfA * squaresOfB);
    }
}
