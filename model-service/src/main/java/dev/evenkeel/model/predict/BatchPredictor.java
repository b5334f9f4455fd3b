package dev.evenkeel.model.predict;

import java.util.List;

/** Predicts batches, for one thread at a time. */
public interface BatchPredictor extends AutoCloseable {

    /**
     * One row of numbers for each input, in their order. Inputs of different lengths are padded and masked here.
     *
     * @param inputs at least one
     * @throws PredictionException if the engine failed
     */
    List<float[]> predict(List<Tokens> inputs);

    @Override
    void close();
}
