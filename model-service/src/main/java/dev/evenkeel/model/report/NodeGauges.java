package dev.evenkeel.model.report;

import dev.evenkeel.batcher.Backlog;
import dev.evenkeel.load.NodeState;
import dev.evenkeel.load.measure.WorkRate;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The node's load at the moment of a scrape; what the reports say, for people. */
record NodeGauges(
        Supplier<MachineSampler.Usage> usage,
        Supplier<NodeState> state,
        IntSupplier inFlight,
        Supplier<Backlog> backlog,
        WorkRate workRate) {

    void register(MeterRegistry registry) {
        machine(registry, "cpu.own", "cores", "CPU that this process uses", MachineSampler.Usage::ownCores);
        machine(
                registry,
                "cpu.neighbours",
                "cores",
                "what neighbours take of the granted CPU",
                MachineSampler.Usage::coresOthers);
        machine(registry, "cpu.free", "cores", "granted CPU that no neighbour takes", MachineSampler.Usage::coresFree);
        machine(registry, "cpu.granted", "cores", "quota, or the CPUs to run on", MachineSampler.Usage::grantedCores);
        machine(
                registry,
                "cpu.throttled",
                "ratio",
                "share of time held back because the quota was used up",
                MachineSampler.Usage::throttled);
        machine(registry, "memory.used", "bytes", "in use under the limit", MachineSampler.Usage::memoryUsed);
        machine(registry, "memory.limit", "bytes", "what may be in use", MachineSampler.Usage::memoryLimit);
        gauge(registry, "in.flight", "requests", "inside the node", () -> inFlight.getAsInt());
        gauge(
                registry,
                "queue.work",
                null,
                "work units inside: waiting and in prediction",
                () -> backlog.get().work());
        gauge(
                registry,
                "queue.inputs",
                null,
                "inputs that wait for a worker",
                () -> backlog.get().waitingInputs());
        gauge(registry, "work.rate", null, "work units finished per second while busy", workRate::perSecond);
        for (NodeState each : NodeState.values()) {
            Gauge.builder("evenkeel.node.state", () -> state.get() == each ? 1 : 0)
                    .description("1 for the state that the node is in")
                    .tag("state", each.name())
                    .register(registry);
        }
    }

    private void machine(
            MeterRegistry registry,
            String name,
            String unit,
            String description,
            ToDoubleFunction<MachineSampler.Usage> value) {
        gauge(registry, name, unit, description, () -> value.applyAsDouble(usage.get()));
    }

    private static void gauge(
            MeterRegistry registry, String name, @Nullable String unit, String description, Supplier<Number> value) {
        Gauge.builder("evenkeel." + name, value)
                .description(description)
                .baseUnit(unit)
                .register(registry);
    }
}
