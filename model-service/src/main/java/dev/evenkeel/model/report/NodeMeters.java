package dev.evenkeel.model.report;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.DoubleSupplier;

/** The node's Micrometer meters: histograms, so that a fleet's can be added up. */
public final class NodeMeters {

    private final MeterRegistry registry;

    public NodeMeters(MeterRegistry registry, DoubleSupplier queueWork, DoubleSupplier workRate) {
        this.registry = registry;
        Gauge.builder("evenkeel.queue.work", queueWork::getAsDouble)
                .description("work units inside: waiting and in prediction")
                .register(registry);
        Gauge.builder("evenkeel.work.rate", workRate::getAsDouble)
                .description("work units finished per second while busy")
                .register(registry);
    }

    /** A request's time inside the node, from its first byte to the start of the answer. */
    public void request(String api, String model, int status, long nanos) {
        Timer.builder("evenkeel.requests")
                .description("time inside the node")
                .tag("api", api)
                .tag("model", model)
                .tag("status", Integer.toString(status))
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofNanos(100_000))
                .maximumExpectedValue(Duration.ofSeconds(30))
                .register(registry)
                .record(Duration.ofNanos(nanos));
    }

    /** A batch was predicted. */
    public void batch(String model, int inputs, long tokens, long backlogWork) {
        summary("evenkeel.batch.size", "inputs of a batch", "inputs", model, 64).record(inputs);
        summary("evenkeel.batch.tokens", "real tokens of a batch", "tokens", model, 65_536)
                .record((double) tokens);
        summary("evenkeel.batch.backlog", "work units inside when a batch ends", "microseconds", model, 1e8)
                .record((double) backlogWork);
    }

    private DistributionSummary summary(String name, String description, String unit, String model, double most) {
        return DistributionSummary.builder(name)
                .description(description)
                .baseUnit(unit)
                .tag("model", model)
                .publishPercentileHistogram()
                .minimumExpectedValue(1.0)
                .maximumExpectedValue(most)
                .register(registry);
    }
}
