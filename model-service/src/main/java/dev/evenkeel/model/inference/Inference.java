package dev.evenkeel.model.inference;

import dev.evenkeel.batcher.Backlog;
import dev.evenkeel.load.NodeStatus;
import dev.evenkeel.model.predict.Engine;
import dev.evenkeel.model.report.NodeMeters;
import dev.evenkeel.model.report.WorkRate;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Runs requests through the node's models. */
public interface Inference extends AutoCloseable {

    /**
     * A node's path over these models, not loaded yet.
     *
     * @param models what to serve, no two of one name
     * @param engine loads them; asked for when they are loaded
     * @param workers threads that predict; there are as many that tokenize
     * @param maxQueueWork work units that may be inside
     * @param clocks time
     * @param rate learns how fast the node works
     * @param meters told of every batch
     * @throws IOException with a sentence for people when a model's {@code config.json} cannot be used
     */
    static Inference of(
            List<ModelSettings> models,
            Supplier<Engine> engine,
            int workers,
            long maxQueueWork,
            Clocks clocks,
            WorkRate rate,
            Supplier<NodeMeters> meters)
            throws IOException {
        return Pipeline.of(models, engine, workers, maxQueueWork, clocks, rate, meters);
    }

    /**
     * What time is read from.
     *
     * @param nanoTime wall time in nanoseconds from some origin
     * @param threadCpuNanos CPU time of the calling thread
     */
    record Clocks(LongSupplier nanoTime, LongSupplier threadCpuNanos) {}

    /** What is served, in the order of the configuration. */
    List<ModelCard> models();

    /** By name or alias. */
    default Optional<ModelCard> find(String name) {
        return models().stream().filter(model -> model.isCalled(name)).findFirst();
    }

    /** Loads and warms the models and starts the workers; until it returns every request is refused. */
    void load() throws IOException;

    /**
     * Predicts, and waits for it.
     *
     * @param inputs at least one
     * @param truncate cut what is too long; otherwise it is refused
     * @throws InferenceException when there is no answer
     */
    Rows run(ModelCard model, List<ModelInput> inputs, boolean truncate);

    /** What is inside the queue and in prediction. */
    Backlog backlog();

    /** What requests cost, as learned by now; empty until the models are loaded. */
    List<NodeStatus.ServedModel> costs();

    /** Takes nothing new, serves what waits, ends the workers. While the models load, it leaves that to the loading. */
    @Override
    void close();
}
