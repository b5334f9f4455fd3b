package dev.evenkeel.model.predict;

import java.util.List;

/** One call of an engine, for one thread at a time. */
interface TensorCall extends AutoCloseable {

    /**
     * All outputs for all inputs.
     *
     * @throws PredictionException if the engine failed
     */
    List<Tensor> run(List<Tensor> inputs);

    @Override
    void close();
}
