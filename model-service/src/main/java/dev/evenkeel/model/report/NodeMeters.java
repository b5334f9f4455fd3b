package dev.evenkeel.model.report;

import dev.evenkeel.model.report.ModelStatistics.Took;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * What happens in the node, as Micrometer meters: one method an event. Times and sizes are histograms, so that a fleet's
 * can be added up. What the node <em>is</em> at a moment are the gauges of {@link LoadReporter#bindTo}. {@code
 * docs/metrics.md} lists all of them.
 *
 * <p>Models must be names of models that are served, never what a caller wrote: each makes its own set of series.
 */
public final class NodeMeters {

    private record Answer(String api, String model, int status) {}

    /** Of one model, made at its first event. */
    private record ModelMeters(
            DistributionSummary size,
            DistributionSummary tokens,
            DistributionSummary padded,
            DistributionSummary backlog,
            Timer queueWait,
            Timer predictTime,
            Timer tokenizeTime,
            Counter expired,
            Counter cancelled) {}

    private final MeterRegistry registry;
    private final Map<Answer, Timer> requests = new ConcurrentHashMap<>();
    private final Map<Answer, Counter> errors = new ConcurrentHashMap<>();
    private final Map<String, ModelMeters> models = new ConcurrentHashMap<>();
    private final Map<Refusal, Counter> refusals = new EnumMap<>(Refusal.class);
    private final Counter stalls;
    private final Counter replacements;

    /**
     * Meters of one node.
     *
     * @param version of the node's software
     */
    public NodeMeters(MeterRegistry registry, String version) {
        this.registry = registry;
        Gauge.builder("evenkeel.node.info", () -> 1)
                .description("the node's software")
                .tag("version", version)
                .register(registry);
        // there from the start: a rate over a counter that appears with its first event misses that event
        for (Refusal reason : Refusal.values()) {
            refusals.put(
                    reason,
                    Counter.builder("evenkeel.requests.refused")
                            .description("requests refused before any work was done for them")
                            .tag("reason", reason.tag())
                            .register(registry));
        }
        stalls = Counter.builder("evenkeel.predict.stalls")
                .description("predictions that ran far past their expected time")
                .register(registry);
        replacements = Counter.builder("evenkeel.workers.replaced")
                .description("workers given up and replaced")
                .register(registry);
    }

    /** Whether an answer of this status is the node's own failure; a client's mistake is none. */
    static boolean isFailure(int status) {
        return status >= 500 || status == 424;
    }

    /** A request's time inside the node, from its first byte to the start of the answer. */
    public void request(String api, String model, int status, long nanos) {
        Answer answer = new Answer(api, model, status);
        requests.computeIfAbsent(answer, this::requestTimer).record(nanos, TimeUnit.NANOSECONDS);
        if (isFailure(status)) {
            errors.computeIfAbsent(answer, this::errorCounter).increment();
        }
    }

    /** A request was refused before any work was done for it. */
    public void refused(Refusal reason) {
        Objects.requireNonNull(refusals.get(reason)).increment();
    }

    /**
     * A batch was predicted.
     *
     * @param tokens of its inputs
     * @param paddedTokens that the engine was given: the longest input's times the inputs
     * @param backlogWork work units inside when it ends
     */
    public void batch(String model, int inputs, long tokens, long paddedTokens, long backlogWork) {
        ModelMeters meters = of(model);
        meters.size.record(inputs);
        meters.tokens.record((double) tokens);
        meters.padded.record((double) paddedTokens);
        meters.backlog.record((double) backlogWork);
    }

    /** An input waited this long in the queue until a worker took it. */
    public void waited(String model, long nanos) {
        of(model).queueWait.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** The engine took this long for a batch. */
    public void predicted(String model, long nanos) {
        of(model).predictTime.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** A request's texts took this long to tokenize. */
    public void tokenized(String model, long nanos) {
        of(model).tokenizeTime.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** Inputs without an answer when the time of their request was over. */
    public void expired(String model, int inputs) {
        of(model).expired.increment(inputs);
    }

    /** Inputs that nobody waits for any more. */
    public void cancelled(String model, int inputs) {
        of(model).cancelled.increment(inputs);
    }

    /** A prediction runs far past its expected time. */
    public void stalled() {
        stalls.increment();
    }

    /** What a model did since the node started. */
    public ModelStatistics statistics(String model) {
        Took success = Took.NOTHING;
        Took fail = Took.NOTHING;
        for (Map.Entry<Answer, Timer> each : requests.entrySet()) {
            if (each.getKey().model.equals(model)) {
                Took took = took(each.getValue());
                if (each.getKey().status < 400) {
                    success = success.plus(took);
                } else {
                    fail = fail.plus(took);
                }
            }
        }
        ModelMeters meters = of(model);
        return new ModelStatistics(
                success,
                fail,
                took(meters.tokenizeTime),
                took(meters.queueWait),
                took(meters.predictTime),
                Math.round(meters.size.totalAmount()));
    }

    private static Took took(Timer timer) {
        return new Took(timer.count(), Math.round(timer.totalTime(TimeUnit.NANOSECONDS)));
    }

    /** A worker was given up and another one took its place. */
    public void workerReplaced() {
        replacements.increment();
    }

    private ModelMeters of(String model) {
        ModelMeters known = models.get(model);
        return known != null ? known : models.computeIfAbsent(model, this::modelMeters);
    }

    private ModelMeters modelMeters(String model) {
        return new ModelMeters(
                histogram("evenkeel.batch.size", "inputs of a batch", "inputs", model, 1_024),
                histogram("evenkeel.batch.tokens", "real tokens of a batch", "tokens", model, 65_536),
                histogram("evenkeel.batch.padded", "tokens of a batch with its padding", "tokens", model, 65_536),
                histogram("evenkeel.batch.backlog", "work units inside when a batch ends", "microseconds", model, 1e8),
                timer("evenkeel.queue.wait", "an input's wait for a worker", model, 100, 30_000_000),
                timer("evenkeel.predict.time", "the engine's time for a batch", model, 100, 10_000_000),
                timer("evenkeel.tokenize.time", "tokenizing a request's texts", model, 10, 1_000_000),
                inputs("evenkeel.inputs.expired", "inputs without an answer when their time was over", model),
                inputs("evenkeel.inputs.cancelled", "inputs that nobody waits for any more", model));
    }

    private Timer requestTimer(Answer answer) {
        return Timer.builder("evenkeel.requests")
                .description("time inside the node, to the start of the answer")
                .tags("api", answer.api, "model", answer.model, "status", Integer.toString(answer.status))
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofNanos(100_000))
                .maximumExpectedValue(Duration.ofSeconds(30))
                .register(registry);
    }

    private Counter errorCounter(Answer answer) {
        return Counter.builder("evenkeel.errors")
                .description("requests that failed by the node's own fault: 424 and 5xx")
                .tags("api", answer.api, "model", answer.model)
                .register(registry);
    }

    private DistributionSummary histogram(String name, String description, String unit, String model, double most) {
        return summary(name, description, unit, model)
                .publishPercentileHistogram()
                .minimumExpectedValue(1.0)
                .maximumExpectedValue(most)
                .register(registry);
    }

    private static DistributionSummary.Builder summary(String name, String description, String unit, String model) {
        return DistributionSummary.builder(name)
                .description(description)
                .baseUnit(unit)
                .tag("model", model);
    }

    private Timer timer(String name, String description, String model, long leastMicros, long mostMicros) {
        return Timer.builder(name)
                .description(description)
                .tag("model", model)
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofNanos(leastMicros * 1_000))
                .maximumExpectedValue(Duration.ofNanos(mostMicros * 1_000))
                .register(registry);
    }

    private Counter inputs(String name, String description, String model) {
        return Counter.builder(name)
                .description(description)
                .tag("model", model)
                .register(registry);
    }
}
