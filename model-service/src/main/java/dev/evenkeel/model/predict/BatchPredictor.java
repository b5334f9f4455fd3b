package dev.evenkeel.model.predict;

import java.util.List;

/** Predicts batches, for one thread at a time. */
public interface BatchPredictor extends AutoCloseable {

    /**
     * One prediction for each input, in their order: a {@link Row} for {@link Tokens}, {@link Tensors} for {@link Tensors}.
     * Inputs of different lengths are padded and masked here, tensors of different shapes are predicted apart.
     *
     * @param inputs at least one, of the kind that the model takes
     * @throws PredictionException if the engine failed
     */
    List<? extends Prediction> predict(List<? extends Example> inputs);

    @Override
    void close();
}
