package dev.evenkeel.model.predict;

/** A model in memory. Its weights are shared by all of its predictors. */
public interface LoadedModel extends AutoCloseable {

    /** What runs it. */
    EngineKind engine();

    /** A predictor for one thread. */
    BatchPredictor newPredictor();

    @Override
    void close();
}
