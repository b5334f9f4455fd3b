package dev.evenkeel.model.inference;

import java.util.List;

/**
 * What a model said.
 *
 * @param rows one for each input, in their order
 * @param tokens of all inputs
 */
public record Rows(List<float[]> rows, int tokens) {

    public Rows {
        rows = List.copyOf(rows);
    }
}
