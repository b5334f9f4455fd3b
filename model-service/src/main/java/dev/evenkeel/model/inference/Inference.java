package dev.evenkeel.model.inference;

import dev.evenkeel.batcher.Backlog;
import dev.evenkeel.load.NodeStatus;
import dev.evenkeel.load.measure.WorkRate;
import dev.evenkeel.model.health.Watchdog;
import dev.evenkeel.model.predict.LoadedModel;
import dev.evenkeel.model.report.NodeMeters;
import dev.evenkeel.model.tokenize.TextToken;
import dev.evenkeel.model.weights.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Runs requests through the node's models. */
public interface Inference extends AutoCloseable {

    /** A node's path over these models, not loaded yet. */
    static Inference of(Settings settings, Parts parts) {
        return new Pipeline(settings, parts);
    }

    /**
     * What it is to be.
     *
     * @param models what to serve, no two of one name
     * @param workers threads that predict; there are as many that tokenize
     * @param maxQueueWork work units that may be inside
     * @param maxRequests requests that may be inside
     * @param maxRequestBytes memory that the answer of one request may take
     */
    record Settings(List<ModelSettings> models, int workers, long maxQueueWork, int maxRequests, long maxRequestBytes) {

        public Settings {
            models = List.copyOf(models);
        }
    }

    /**
     * What it is made of.
     *
     * @param weights has the models' files
     * @param engines load them
     * @param clocks time
     * @param rate learns how fast the node works
     * @param watchdog sees predictions that do not come back
     * @param memoryTight whether memory is so near its limit that new work is refused
     * @param meters told of what happens; asked for when the models are loaded
     */
    record Parts(
            Weights weights,
            Engines engines,
            Clocks clocks,
            WorkRate rate,
            Watchdog watchdog,
            BooleanSupplier memoryTight,
            Supplier<NodeMeters> meters) {}

    /** Loads a model into the engine that is configured for it. */
    @FunctionalInterface
    interface Engines {

        /**
         * Loads it.
         *
         * @throws IOException with a sentence that names the model
         */
        LoadedModel load(ModelSettings model, Path folder) throws IOException;
    }

    /**
     * What time is read from.
     *
     * @param nanoTime wall time in nanoseconds from some origin, never negative
     * @param threadCpuNanos CPU time of the calling thread
     */
    record Clocks(LongSupplier nanoTime, LongSupplier threadCpuNanos) {}

    /** What is served, in the order of the configuration; empty until it is loaded. */
    List<ModelCard> models();

    /** By name or alias. */
    default Optional<ModelCard> find(String name) {
        return models().stream().filter(model -> model.isCalled(name)).findFirst();
    }

    /**
     * Loads and warms the models and starts the workers; until it returns every request is refused.
     *
     * @throws IOException with a sentence that names the model that is missing or broken
     */
    void load() throws IOException;

    /**
     * Predicts, and waits for it.
     *
     * @param inputs at least one
     * @throws InferenceException when there is no answer
     */
    Rows run(ModelCard model, List<ModelInput> inputs, RunOptions options);

    /**
     * The tokens of texts, without a prediction; texts of several requests take turns.
     *
     * @param texts at least one
     * @param special with the special tokens
     * @param timeout when it has to be answered by
     * @throws InferenceException when there is no answer
     */
    List<List<TextToken>> tokens(ModelCard model, List<String> texts, boolean special, Duration timeout);

    /**
     * Why any request is refused now; lets a caller spare the reading of it. Counted as a refusal when there is one.
     *
     * @param inside requests inside, with the one that is asked for
     */
    Optional<InferenceException> refusal(int inside);

    /**
     * Ends the requests of this id, wherever they are: what has not begun is dropped, nobody waits for the rest.
     *
     * @return how many they were
     */
    int cancel(String id);

    /** What is inside the queue and in prediction. */
    Backlog backlog();

    /** What requests cost, as learned by now; empty until the models are loaded. */
    List<NodeStatus.ServedModel> costs();

    /** Takes nothing new, serves what waits, ends the workers. While the models load, it leaves that to the loading. */
    @Override
    void close();
}
