package dev.evenkeel.model;

import dev.evenkeel.model.health.MemoryGuard;
import dev.evenkeel.model.inference.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * A model node's settings.
 *
 * @param models what the node serves; at least one. Default: the three bundled models
 * @param defaultModels the models for requests that name none
 * @param workers threads that predict, and as many that tokenize. Default: the whole CPUs that the process is granted,
 *     divided by {@code engine-threads}, but at least 1; 1 to 256. More of them than CPUs makes all of them slower
 * @param engineThreads threads that a prediction uses. Default 1: a CPU does more by predicting two requests than by
 *     predicting one twice as fast; 1 to 256
 * @param maxInputs inputs of one request. Default 2048, which is what OpenAI's clients send; 1 to 100000
 * @param maxBody bytes of a request's body, chunked or not; more is answered by 413. Default 16MB; 1KB to 1GB
 * @param maxQueueWork work units (microseconds of CPU) that may be inside the node; a request above that is answered by
 *     429. Default 10000000, ten seconds of one core; at least 1000
 * @param maxRequests requests that may be inside; one above that is answered by 429. Default 512, which take some 50 MB of
 *     memory with their connections; 1 to 100000
 * @param maxTimeout time that a request is given when it asks for none by {@code X-Request-Timeout-Ms}, and at most.
 *     Default 60s; 10ms to 1h
 * @param weightsDir where weights and native libraries are kept; nodes may share it, and it should outlive them. Default
 *     {@code .evenkeel/weights}
 * @param warmUp CPU time that the node spends on requests to its own port before it says that it is ready, so that what
 *     requests go through is compiled by then; at most ten times that by the clock. Default 1s; 0s, which is none, to 5m
 * @param drain how the node stops
 * @param watchdog when a prediction is stuck
 * @param memory when memory is tight
 * @param instanceId tells this run of the node from any other; new at every start unless it is set, which is for tests
 * @param nodeName what people call the node. Default: its address and {@code server.port}; with a port of 0, which is
 *     any free one, that is no name to tell nodes by
 */
@ConfigurationProperties(prefix = "evenkeel", ignoreUnknownFields = false)
public record EvenkeelProperties(
        @DefaultValue List<ModelProperties> models,
        @DefaultValue DefaultModels defaultModels,
        @Nullable Integer workers,
        @DefaultValue("1") int engineThreads,
        @DefaultValue("2048") int maxInputs,
        @DefaultValue("16MB") DataSize maxBody,
        @DefaultValue("10000000") long maxQueueWork,
        @DefaultValue("512") int maxRequests,
        @DefaultValue("60s") Duration maxTimeout,
        @DefaultValue(".evenkeel/weights") String weightsDir,
        @DefaultValue("1s") Duration warmUp,
        @DefaultValue Drain drain,
        @DefaultValue Watchdog watchdog,
        @DefaultValue Memory memory,
        @DefaultValue("") String instanceId,
        @DefaultValue("") String nodeName) {

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
        requireRange("evenkeel.engine-threads", engineThreads, 1, 256);
        requireBetween("evenkeel.max-timeout", maxTimeout, Duration.ofMillis(10), "10ms", Duration.ofHours(1), "1h");
        requireBetween("evenkeel.warm-up", warmUp, Duration.ZERO, "0s", Duration.ofMinutes(5), "5m");
        requireRange("evenkeel.max-inputs", maxInputs, 1, 100_000);
        if (maxBody.toBytes() < 1 << 10 || maxBody.toBytes() > 1 << 30) {
            throw new InvalidPropertyException("evenkeel.max-body", maxBody, "from 1KB to 1GB");
        }
        requireRange("evenkeel.max-queue-work", maxQueueWork, 1_000, Long.MAX_VALUE);
        requireRange("evenkeel.max-requests", maxRequests, 1, 100_000);
        if (weightsDir.isBlank()) {
            throw new InvalidPropertyException("evenkeel.weights-dir", weightsDir, "a folder");
        }
        defaultModels.check(models);
    }

    /**
     * Threads that predict.
     *
     * @param granted whole CPUs that the process may use
     */
    int workersOn(int granted) {
        return workers == null ? Math.max(1, granted / engineThreads) : workers;
    }

    /**
     * The models for requests that name none, as TEI's do. Where one is not set, or not served, the only model of its task
     * is taken.
     *
     * @param embedding default {@code minibag-embed-256}
     * @param classification default {@code clinc150-intent}
     * @param rerank no default
     */
    public record DefaultModels(
            @DefaultValue("") String embedding,
            @DefaultValue("") String classification,
            @DefaultValue("") String rerank) {

        private void check(List<ModelProperties> models) {
            check("embedding", embedding, Task.EMBEDDING, models);
            check("classification", classification, Task.CLASSIFICATION, models);
            check("rerank", rerank, Task.RERANK, models);
        }

        private static void check(String property, String name, Task task, List<ModelProperties> models) {
            for (ModelProperties model : models) {
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
            requireBetween("evenkeel.drain.notice", notice, Duration.ZERO, "0s", Duration.ofMinutes(5), "5m");
        }
    }

    /**
     * When a prediction is stuck: past the larger of {@code minimum} and {@code factor} times its expected time. The node
     * is STALLED then, its requests are answered by an error, and another worker takes over, with which it is UP again.
     *
     * @param minimum default 500ms; 50ms to 10m
     * @param factor default 20; 2 to 1000
     * @param restartAfter stuck for this long, liveness fails, and the platform restarts the node. Default 30s; 1s to 1h
     */
    public record Watchdog(
            @DefaultValue("500ms") Duration minimum,
            @DefaultValue("20") double factor,
            @DefaultValue("30s") Duration restartAfter) {

        public Watchdog {
            requireBetween(
                    "evenkeel.watchdog.minimum", minimum, Duration.ofMillis(50), "50ms", Duration.ofMinutes(10), "10m");
            if (!(factor >= 2 && factor <= 1_000)) {
                throw new InvalidPropertyException("evenkeel.watchdog.factor", factor, "from 2 to 1000");
            }
            requireBetween(
                    "evenkeel.watchdog.restart-after",
                    restartAfter,
                    Duration.ofSeconds(1),
                    "1s",
                    Duration.ofHours(1),
                    "1h");
        }
    }

    /**
     * When memory is tight.
     *
     * @param refuseAt share of the limit from which on new requests are refused, before the kernel kills. Default 0.92;
     *     0.5 to 0.99
     * @param maxRequest what the answer of one request may take; more is answered by 413. Default 256MB; 1MB to 2GB
     */
    public record Memory(
            @DefaultValue("" + MemoryGuard.REFUSE_AT) double refuseAt,
            @DefaultValue("256MB") DataSize maxRequest) {

        public Memory {
            if (!(refuseAt >= MemoryGuard.MIN_REFUSE_AT && refuseAt <= MemoryGuard.MAX_REFUSE_AT)) {
                throw new InvalidPropertyException(
                        "evenkeel.memory.refuse-at",
                        refuseAt,
                        "from " + MemoryGuard.MIN_REFUSE_AT + " to " + MemoryGuard.MAX_REFUSE_AT);
            }
            if (maxRequest.toBytes() < 1 << 20 || maxRequest.toBytes() > 2L << 30) {
                throw new InvalidPropertyException("evenkeel.memory.max-request", maxRequest, "from 1MB to 2GB");
            }
        }
    }

    private static void requireUnique(List<ModelProperties> models) {
        Set<String> taken = new HashSet<>();
        for (int i = 0; i < models.size(); i++) {
            ModelProperties model = models.get(i);
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

    static void requireRange(String property, long value, long least, long most) {
        if (value < least || value > most) {
            throw new InvalidPropertyException(property, value, range(least, most));
        }
    }

    private static void requireBetween(
            String property, Duration value, Duration least, String leastText, Duration most, String mostText) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new InvalidPropertyException(property, value, "from " + leastText + " to " + mostText);
        }
    }

    private static String range(long least, long most) {
        return most >= Integer.MAX_VALUE ? "at least " + least : "from " + least + " to " + most;
    }
}
