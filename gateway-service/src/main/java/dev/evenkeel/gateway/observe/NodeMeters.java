package dev.evenkeel.gateway.observe;

import dev.evenkeel.balancer.Outcome;
import dev.evenkeel.balancer.Ticket;
import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Fleet;
import dev.evenkeel.gateway.node.Nodes;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;

/** Meters per node: attempts by outcome, their latency as a histogram, and what is outstanding. */
public final class NodeMeters {

    private final MeterRegistry meters;
    private final Nodes nodes;
    private final LongSupplier nanoTime;
    private final Map<String, Counter> attempts = new ConcurrentHashMap<>();
    private final Map<String, Counter> rescues = new ConcurrentHashMap<>();
    private final Map<String, Timer> latencies = new ConcurrentHashMap<>();
    private final Map<MultiGauge, ToDoubleFunction<Endpoint>> gauges;

    public NodeMeters(MeterRegistry meters, Nodes nodes, LongSupplier nanoTime) {
        this.meters = meters;
        this.nodes = nodes;
        this.nanoTime = nanoTime;
        this.gauges = Map.of(
                gauge("evenkeel.gateway.outstanding.work", "work units that this gateway has on the node"),
                Endpoint::ownWork,
                gauge("evenkeel.gateway.outstanding.requests", "requests that this gateway has on the node"),
                Endpoint::ownRequests,
                gauge("evenkeel.gateway.ejected", "1 while the node is out of rotation after failures"),
                endpoint -> endpoint.ejection().isEjected() ? 1 : 0);
    }

    /** The ticket, with its completion counted and timed. */
    public Ticket metered(Ticket ticket) {
        long start = nanoTime.getAsLong();
        return new Ticket() {
            @Override
            public Endpoint endpoint() {
                return ticket.endpoint();
            }

            @Override
            public void onLost(Runnable task) {
                ticket.onLost(task);
            }

            @Override
            public boolean complete(Outcome outcome) {
                boolean first = ticket.complete(outcome);
                if (first) {
                    record(nodes.nameOf(ticket.endpoint()), outcome, nanoTime.getAsLong() - start);
                }
                return first;
            }
        };
    }

    /** Makes the gauges those of the nodes that are there now. */
    public void refresh(Fleet fleet) {
        List<Endpoint> endpoints = fleet.endpoints();
        gauges.forEach((gauge, value) -> gauge.register(
                endpoints.stream()
                        .map(endpoint -> Row.of(Tags.of("node", nodes.nameOf(endpoint)), endpoint, value))
                        .toList(),
                true));
    }

    private void record(String node, Outcome outcome, long nanos) {
        String name = nameOf(outcome);
        attempts.computeIfAbsent(
                        node + '/' + name,
                        _ -> Counter.builder("evenkeel.gateway.attempts")
                                .description("requests sent to a node, by how that ended")
                                .tags("node", node, "outcome", name)
                                .register(meters))
                .increment();
        if (outcome instanceof Outcome.Rescued) {
            rescues.computeIfAbsent(
                            node,
                            _ -> Counter.builder("evenkeel.gateway.rescues")
                                    .description("requests that were taken from a node when it was lost")
                                    .tag("node", node)
                                    .register(meters))
                    .increment();
        }
        if (outcome instanceof Outcome.Success) {
            latencies
                    .computeIfAbsent(
                            node,
                            _ -> Timer.builder("evenkeel.gateway.node.latency")
                                    .description("from the pick to the last byte of a node's answer")
                                    .tag("node", node)
                                    .publishPercentileHistogram()
                                    .minimumExpectedValue(Duration.ofMillis(1))
                                    .maximumExpectedValue(Duration.ofMinutes(1))
                                    .register(meters))
                    .record(Duration.ofNanos(nanos));
        }
    }

    private MultiGauge gauge(String name, String description) {
        return MultiGauge.builder(name).description(description).register(meters);
    }

    private static String nameOf(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Success _ -> "success";
            case Outcome.Failure _, Outcome.Lost _ -> "failure";
            case Outcome.Timeout _ -> "timeout";
            case Outcome.Overloaded _ -> "overloaded";
            case Outcome.Cancelled _ -> "cancelled";
            case Outcome.Rescued _ -> "rescued";
        };
    }
}
