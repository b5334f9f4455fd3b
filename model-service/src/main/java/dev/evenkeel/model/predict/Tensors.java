package dev.evenkeel.model.predict;

import java.util.List;

/**
 * All inputs of a tensor model, or all of its outputs, in the model's order.
 *
 * @param tensors at least one
 */
public record Tensors(List<Tensor> tensors) implements Example, Prediction {

    /** Numbers that count as a token: a call costs some hundred numbers' worth, and a few megabytes stay below a thousand. */
    static final int ELEMENTS_A_TOKEN = 1_000;

    public Tensors {
        tensors = List.copyOf(tensors);
        if (tensors.isEmpty()) {
            throw new IllegalArgumentException("a tensor model has at least one input and one output");
        }
    }

    /** Zeros in the shapes that a model declares, its free dimensions 1. */
    public static Tensors zeros(List<TensorSpec> specs) {
        return zeros(specs, 1, 1);
    }

    static Tensors zeros(List<TensorSpec> specs, long rows, long free) {
        return new Tensors(specs.stream().map(spec -> spec.zeros(rows, free)).toList());
    }

    /** A thousandth of its numbers. */
    @Override
    public int length() {
        long elements = tensors.stream().mapToLong(Tensor::elements).sum();
        return Math.clamp(Math.ceilDiv(elements, ELEMENTS_A_TOKEN), 1, Integer.MAX_VALUE);
    }
}
