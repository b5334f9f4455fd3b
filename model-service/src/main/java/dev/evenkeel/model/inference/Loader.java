package dev.evenkeel.model.inference;

import dev.evenkeel.batcher.Lane;
import dev.evenkeel.model.predict.BatchPredictor;
import dev.evenkeel.model.predict.LoadedModel;
import dev.evenkeel.model.predict.PredictionException;
import dev.evenkeel.model.predict.Tensor;
import dev.evenkeel.model.predict.TensorModel;
import dev.evenkeel.model.predict.Tensors;
import dev.evenkeel.model.report.LearnedCost;
import dev.evenkeel.model.tokenize.TextTokenizer;
import dev.evenkeel.model.weights.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes models ready: their files, what the files say, tokenizer, engine, and a first measurement. */
final class Loader {

    private static final Logger log = LoggerFactory.getLogger(Loader.class);

    /** A first guess: a thousand numbers of JSON, a token, have some 8 characters each. */
    private static final double TENSOR_TOKENS_PER_BYTE = 1.0 / 8_000;

    private final Weights weights;
    private final Inference.Engines engines;
    private final Warmup warmup;
    private double cpuShare = 1;

    Loader(Weights weights, Inference.Engines engines, Warmup warmup) {
        this.weights = weights;
        this.engines = engines;
        this.warmup = warmup;
    }

    /**
     * All of them, in their order, but those that are not required and cannot be had.
     *
     * @param beforeEach may throw, to end it
     * @throws IOException with a sentence that names the model; what was loaded is closed
     */
    Map<String, Served> load(List<ModelSettings> models, Runnable beforeEach) throws IOException {
        Map<String, Served> loaded = new LinkedHashMap<>();
        boolean complete = false;
        try {
            for (ModelSettings settings : models) {
                beforeEach.run();
                try {
                    loaded.put(settings.name(), loadOrSay(settings));
                } catch (IOException | RuntimeException e) {
                    if (settings.required()) {
                        throw e;
                    }
                    if (e instanceof IOException) {
                        // its message is the sentence for people
                        log.error("Starting without a model that is not required: {}", e.getMessage());
                        log.debug("Where that was found", e);
                    } else {
                        log.error("Starting without a model that is not required: {}", e.getMessage(), e);
                    }
                }
            }
            if (loaded.isEmpty()) {
                throw new IOException("none of the models could be loaded; a node serves at least one");
            }
            beforeEach.run();
            complete = true;
            return loaded;
        } finally {
            if (!complete) {
                loaded.values().forEach(Served::close);
            }
        }
    }

    /** Engines load native libraries, which fails by errors; each must name its model as everything else does. */
    private Served loadOrSay(ModelSettings settings) throws IOException {
        try {
            return load(settings);
        } catch (LinkageError | PredictionException e) {
            throw new IOException("model " + settings.name() + ": its engine fails: " + e, e);
        }
    }

    /** CPU time over wall time of the model that was measured last: the share of a core that a worker gets here. */
    double cpuShare() {
        return cpuShare;
    }

    private Served load(ModelSettings settings) throws IOException {
        Path folder = weights.folder(settings.source());
        return settings.task() == Task.TENSOR ? tensors(settings, folder) : text(settings, folder);
    }

    private Served text(ModelSettings settings, Path folder) throws IOException {
        ModelConfig config = ModelConfig.read(settings.name(), folder);
        int maxTokens = maxTokens(settings, config);
        TextEncoder encoder = new TextEncoder(
                settings.name(),
                config.vocabulary(),
                maxTokens,
                settings.task() == Task.RERANK,
                tokenizer(settings.name(), folder, maxTokens));
        LoadedModel model = null;
        try {
            model = engines.load(settings, folder);
            Warmup.Measured measured;
            try (BatchPredictor predictor = model.newPredictor()) {
                measured = warmup.measure(predictor, maxTokens);
            }
            ModelCard card = new ModelCard(
                    settings.name(),
                    settings.version(),
                    settings.aliases(),
                    settings.task(),
                    model.engine(),
                    maxTokens,
                    settings.maxBatch(),
                    settings.maxBatchTokens(),
                    checkedWidth(settings, config, measured.width()),
                    settings.task() == Task.CLASSIFICATION ? config.labels() : List.of(),
                    List.of(),
                    List.of());
            return served(settings, card, encoder, model, measured, encoder.tokensPerByte());
        } catch (IOException | RuntimeException e) {
            encoder.close();
            if (model != null) {
                model.close();
            }
            throw e;
        }
    }

    private Served tensors(ModelSettings settings, Path folder) throws IOException {
        if (!(engines.load(settings, folder) instanceof TensorModel model)) {
            throw new IllegalStateException("model " + settings.name() + " was not loaded as a tensor model");
        }
        try {
            int maxBatch = model.sharesCalls() ? settings.maxBatch() : 1;
            ModelCard card = new ModelCard(
                    settings.name(),
                    settings.version(),
                    settings.aliases(),
                    settings.task(),
                    model.engine(),
                    0,
                    maxBatch,
                    settings.maxBatchTokens(),
                    width(model),
                    List.of(),
                    model.inputs(),
                    model.outputs());
            TensorEncoder encoder = new TensorEncoder(card);
            Warmup.Measured measured;
            try (BatchPredictor predictor = model.newPredictor()) {
                measured = warmup.measure(predictor, encoder.sample());
            }
            return served(settings, card, encoder, model, measured, TENSOR_TOKENS_PER_BYTE);
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /** Numbers that the outputs have for a row, as far as they are known: free dimensions count as 1. */
    private static int width(TensorModel model) {
        return Math.clamp(
                Tensors.zeros(model.outputs()).tensors().stream()
                        .mapToLong(Tensor::elements)
                        .sum(),
                1,
                Integer.MAX_VALUE);
    }

    private Served served(
            ModelSettings settings,
            ModelCard card,
            Encoder encoder,
            LoadedModel model,
            Warmup.Measured measured,
            double tokensPerByte) {
        cpuShare = measured.cpuShare();
        Lane lane = new Lane(
                card.name(),
                card.maxBatch(),
                card.maxBatchTokens(),
                Math.round(measured.callTokens()),
                settings.maxConcurrent());
        return new Served(card, lane, encoder, model, new LearnedCost(measured.cost()), new TokenRatio(tokensPerByte));
    }

    private static TextTokenizer tokenizer(String model, Path folder, int maxTokens) throws IOException {
        try {
            return TextTokenizer.load(folder.resolve("tokenizer.json"), maxTokens);
        } catch (IOException e) {
            throw new IOException("model " + model + ": " + e.getMessage(), e);
        }
    }

    private static int maxTokens(ModelSettings settings, ModelConfig config) throws IOException {
        if (settings.task() == Task.CLASSIFICATION && config.labels().isEmpty()) {
            throw new IOException("model " + settings.name() + " classifies, but its config.json has no id2label");
        }
        int maxTokens = settings.maxTokens().orElse(config.maxTokens());
        if (maxTokens > config.maxPositions()) {
            throw new IOException("model " + settings.name() + ": max-tokens is " + maxTokens
                    + "; the model takes at most " + config.maxPositions());
        }
        return maxTokens;
    }

    /** What the model gives must be what its task and config.json say, for the answers are labelled by that. */
    private static int checkedWidth(ModelSettings settings, ModelConfig config, int found) throws IOException {
        int labels = config.labels().size();
        boolean right = switch (settings.task()) {
            case CLASSIFICATION -> found == labels;
            case RERANK -> found == 1;
            case EMBEDDING, TENSOR -> true;
        };
        if (!right) {
            String says = settings.task() == Task.CLASSIFICATION
                    ? "its config.json has " + labels + " labels in id2label"
                    : "a reranker gives 1";
            throw new IOException(
                    "model " + settings.name() + " gives " + found + " numbers for an input, but " + says);
        }
        return found;
    }
}
