package dev.evenkeel.model.inference;

import dev.evenkeel.batcher.Lane;
import dev.evenkeel.model.predict.BatchPredictor;
import dev.evenkeel.model.predict.LoadedModel;
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

    private static final String SAMPLE = "The quick brown fox jumps over the lazy dog near the bank of the river.";

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
                    loaded.put(settings.name(), load(settings));
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

    /** CPU time over wall time of the model that was measured last: the share of a core that a worker gets here. */
    double cpuShare() {
        return cpuShare;
    }

    private Served load(ModelSettings settings) throws IOException {
        Path folder = weights.folder(settings.source());
        ModelConfig config = ModelConfig.read(settings.name(), folder);
        ModelCard declared = card(settings, config);
        TextTokenizer tokenizer = tokenizer(settings.name(), folder, declared.maxTokens());
        LoadedModel model = null;
        try {
            model = engines.load(settings, folder);
            Warmup.Measured measured;
            try (BatchPredictor predictor = model.newPredictor()) {
                measured = warmup.measure(predictor, declared.maxTokens());
            }
            cpuShare = measured.cpuShare();
            ModelCard card = declared.withWidth(checkedWidth(declared, measured.width()));
            Lane lane = new Lane(
                    card.name(),
                    settings.maxBatch(),
                    settings.maxBatchTokens(),
                    Math.round(measured.callTokens()),
                    settings.maxConcurrent());
            double perByte = (double) tokenizer.encode(SAMPLE, null, true).ids().length / SAMPLE.length();
            return new Served(
                    card,
                    config.vocabulary(),
                    lane,
                    tokenizer,
                    model,
                    new LearnedCost(measured.cost()),
                    new TokenRatio(perByte));
        } catch (IOException | RuntimeException e) {
            tokenizer.close();
            if (model != null) {
                model.close();
            }
            throw e;
        }
    }

    private static TextTokenizer tokenizer(String model, Path folder, int maxTokens) throws IOException {
        try {
            return TextTokenizer.load(folder.resolve("tokenizer.json"), maxTokens);
        } catch (IOException e) {
            throw new IOException("model " + model + ": " + e.getMessage(), e);
        }
    }

    private static ModelCard card(ModelSettings settings, ModelConfig config) throws IOException {
        boolean classifies = settings.task() == Task.CLASSIFICATION;
        if (classifies && config.labels().isEmpty()) {
            throw new IOException("model " + settings.name() + " classifies, but its config.json has no id2label");
        }
        int maxTokens = settings.maxTokens().orElse(config.maxTokens());
        if (maxTokens > config.maxPositions()) {
            throw new IOException("model " + settings.name() + ": max-tokens is " + maxTokens
                    + "; the model takes at most " + config.maxPositions());
        }
        int width = switch (settings.task()) {
            case EMBEDDING -> -1;
            case CLASSIFICATION -> config.labels().size();
            case RERANK -> 1;
        };
        return new ModelCard(
                settings.name(),
                settings.version(),
                settings.aliases(),
                settings.task(),
                maxTokens,
                width,
                classifies ? config.labels() : List.of());
    }

    /** What the model gives must be what its task and config.json say, for the answers are labelled by that. */
    private static int checkedWidth(ModelCard declared, int found) throws IOException {
        if (declared.width() != -1 && declared.width() != found) {
            String says = declared.task() == Task.CLASSIFICATION
                    ? "its config.json has " + declared.width() + " labels in id2label"
                    : "a reranker gives 1";
            throw new IOException(
                    "model " + declared.name() + " gives " + found + " numbers for an input, but " + says);
        }
        return found;
    }
}
