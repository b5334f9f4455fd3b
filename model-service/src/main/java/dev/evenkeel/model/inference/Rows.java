package dev.evenkeel.model.inference;

import dev.evenkeel.model.predict.Prediction;
import dev.evenkeel.model.predict.Row;
import dev.evenkeel.model.predict.Tensors;
import java.util.List;

/**
 * What a model said.
 *
 * @param rows one for each input of text, in their order
 * @param tensors the same of a tensor model
 * @param tokens of all inputs
 */
public record Rows(List<float[]> rows, List<Tensors> tensors, int tokens) {

    public Rows {
        rows = List.copyOf(rows);
        tensors = List.copyOf(tensors);
    }

    static Rows of(List<Prediction> predictions, int tokens) {
        return new Rows(
                predictions.stream()
                        .filter(Row.class::isInstance)
                        .map(row -> ((Row) row).numbers())
                        .toList(),
                predictions.stream()
                        .filter(Tensors.class::isInstance)
                        .map(Tensors.class::cast)
                        .toList(),
                tokens);
    }
}
