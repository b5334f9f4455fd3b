package dev.evenkeel.model.predict;

import java.util.List;

/** A model of numbers. Its predictors take {@link Tensors} that fit its inputs, in their order, and give its outputs. */
public interface TensorModel extends LoadedModel {

    List<TensorSpec> inputs();

    List<TensorSpec> outputs();

    /**
     * Whether requests share a call by their rows: the first dimension of every input and output is free, and the outputs'
     * first dimension alone follows it.
     */
    boolean sharesCalls();
}
