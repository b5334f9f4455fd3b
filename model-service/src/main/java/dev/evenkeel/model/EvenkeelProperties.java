package dev.evenkeel.model;

import dev.evenkeel.model.inference.Task;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * A model node's settings.
 *
 * @param models what the node serves; at least one. Default: the three bundled models
 * @param defaultModels the models for requests that name none
 * @param workers threads that predict, and as many that tokenize. Default: the CPUs that the process is granted; 1 to 256
 * @param maxInputs inputs of one request. Default 2048, which is what OpenAI's clients send; 1 to 100000
 * @param maxBody bytes of a request's body, chunked or not; more is answered by 413. Default 16MB; 1KB to 1GB
 * @param maxQueueWork work units (microseconds of CPU) that may be inside the node; a request above that is answered by
 *     429. Default 10000000, ten seconds of one core; at least 1000
 * @param weightsDir where weights and native libraries are kept; nodes may share it, and it should outlive them. Default
 *     {@code .evenkeel/weights}
 * @param drain how the node stops
 * @param instanceId tells this run of the node from any other; new at every start unless it is set, which is for tests
 * @param nodeName what people call the node. Default: its address and {@code server.port}; with a port of 0, which is
 *     any free one, that is no name to tell nodes by
 */
@ConfigurationProperties(prefix = "evenkeel", ignoreUnknownFields = false)
public record EvenkeelProperties(
        @DefaultValue List<Model> models,
        @DefaultValue DefaultModels defaultModels,
        @Nullable Integer workers,
        @DefaultValue("2048") int maxInputs,
        @DefaultValue("16MB") DataSize maxBody,
        @DefaultValue("10000000") long maxQueueWork,
        @DefaultValue(".evenkeel/weights") String weightsDir,
        @DefaultValue Drain drain,
        @DefaultValue("") String instanceId,
        @DefaultValue("") String nodeName) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

    public EvenkeelProperties {
        models = List.copyOf(models);
        if (models.isEmpty()) {
            throw new InvalidPropertyException("evenkeel.models", null, "a list of at least one model");
        }
        for (int i = 0; i < models.size(); i++) {
            models.get(i).check("evenkeel.models[" + i + "].");
        }
        requireUnique(models);
        if (workers != null) {
            requireRange("evenkeel.workers", workers, 1, 256);
        }
        requireRange("evenkeel.max-inputs", maxInputs, 1, 100_000);
        if (maxBody.toBytes() < 1 << 10 || maxBody.toBytes() > 1 << 30) {
            throw new InvalidPropertyException("evenkeel.max-body", maxBody, "from 1KB to 1GB");
        }
        requireRange("evenkeel.max-queue-work", maxQueueWork, 1_000, Long.MAX_VALUE);
        if (weightsDir.isBlank()) {
            throw new InvalidPropertyException("evenkeel.weights-dir", weightsDir, "a folder");
        }
        defaultModels.check(models);
    }

    /** Worker threads. */
    int workersOr(int granted) {
        return workers == null ? Math.max(1, granted) : workers;
    }

    /**
     * A model.
     *
     * @param name the name that requests give: letters, digits, dot, underscore and hyphen
     * @param version the model's version. Default 1
     * @param url the folder with {@code model.pt}, {@code tokenizer.json} and {@code config.json}:
     *     {@code classpath:/folder/} or {@code file:/folder/}
     * @param task what it does: {@code embedding} or {@code classification}
     * @param maxBatch inputs in a batch. Default 8, past which a CPU gains only latency; 1 to 1024
     * @param maxBatchTokens padded tokens in a batch: the longest input's times the inputs. Default: whatever
     *     {@code max-batch} inputs have; at least 1
     * @param maxTokens tokens of an input. Default: the {@code max_position_embeddings} of its config.json; at least 1, and
     *     not above that
     * @param aliases other names for it
     */
    public record Model(
            @Nullable String name,
            @DefaultValue("1") String version,
            @Nullable String url,
            @Nullable Task task,
            @DefaultValue("8") int maxBatch,
            @Nullable Integer maxBatchTokens,
            @Nullable Integer maxTokens,
            @DefaultValue List<String> aliases) {

        public Model {
            aliases = List.copyOf(aliases);
        }

        private void check(String prefix) {
            if (name == null || !NAME.matcher(name).matches()) {
                throw new InvalidPropertyException(
                        prefix + "name", name, "letters, digits, '.', '_' and '-', a letter or digit first");
            }
            if (!NAME.matcher(version).matches()) {
                throw new InvalidPropertyException(
                        prefix + "version", version, "letters, digits, '.', '_' and '-', a letter or digit first");
            }
            if (url == null || !(url.startsWith("classpath:") || url.startsWith("file:"))) {
                throw new InvalidPropertyException(prefix + "url", url, "a folder as classpath:/.../ or file:/.../");
            }
            uri(prefix);
            if (task == null) {
                throw new InvalidPropertyException(prefix + "task", null, "embedding or classification");
            }
            requireRange(prefix + "max-batch", maxBatch, 1, 1_024);
            if (maxBatchTokens != null) {
                requireRange(prefix + "max-batch-tokens", maxBatchTokens, 1, Integer.MAX_VALUE);
            }
            if (maxTokens != null) {
                requireRange(prefix + "max-tokens", maxTokens, 1, Integer.MAX_VALUE);
            }
        }

        URI uri(String prefix) {
            try {
                return new URI(requiredUrl());
            } catch (URISyntaxException e) {
                throw new InvalidPropertyException(prefix + "url", url, "a URL");
            }
        }

        String requiredName() {
            return required(name);
        }

        String requiredUrl() {
            return required(url);
        }

        Task requiredTask() {
            return required(task);
        }

        private static <T> T required(@Nullable T value) {
            if (value == null) {
                throw new IllegalStateException("not checked");
            }
            return value;
        }
    }

    /**
     * The models for requests that name none, as TEI's do. Where one is not set, or not served, the only model of its task
     * is taken.
     *
     * @param embedding default {@code minibag-embed-256}
     * @param classification default {@code clinc150-intent}
     */
    public record DefaultModels(
            @DefaultValue("") String embedding,
            @DefaultValue("") String classification) {

        private void check(List<Model> models) {
            check("embedding", embedding, Task.EMBEDDING, models);
            check("classification", classification, Task.CLASSIFICATION, models);
        }

        private static void check(String property, String name, Task task, List<Model> models) {
            for (Model model : models) {
                if (name.equals(model.name()) && model.task() != task) {
                    throw new InvalidPropertyException(
                            "evenkeel.default-models." + property, name, "a model of the task " + task.wireName());
                }
            }
        }
    }

    /**
     * How the node stops.
     *
     * @param notice for how long a node that is told to stop still serves, so that the gateways learn of it; it should be
     *     longer than they poll and well within {@code spring.lifecycle.timeout-per-shutdown-phase}. Default 2s; 0s to 5m
     */
    public record Drain(@DefaultValue("2s") Duration notice) {

        public Drain {
            if (notice.isNegative() || notice.compareTo(Duration.ofMinutes(5)) > 0) {
                throw new InvalidPropertyException("evenkeel.drain.notice", notice, "from 0s to 5m");
            }
        }
    }

    private static void requireUnique(List<Model> models) {
        Set<String> taken = new HashSet<>();
        for (int i = 0; i < models.size(); i++) {
            Model model = models.get(i);
            List<String> names = new ArrayList<>(model.aliases());
            names.add(model.requiredName());
            for (String name : names) {
                if (!taken.add(name)) {
                    throw new InvalidPropertyException(
                            "evenkeel.models[" + i + "]", name, "called what no other model is called");
                }
            }
        }
    }

    private static void requireRange(String property, long value, long least, long most) {
        if (value < least || value > most) {
            throw new InvalidPropertyException(property, value, range(least, most));
        }
    }

    private static String range(long least, long most) {
        return most >= Integer.MAX_VALUE ? "at least " + least : "from " + least + " to " + most;
    }
}
