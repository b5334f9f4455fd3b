package dev.evenkeel.gateway.observe;

import dev.evenkeel.balancer.Outcome;
import dev.evenkeel.balancer.Ticket;
import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Fleet;
import dev.evenkeel.gateway.node.Nodes;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Meters per node: attempts by outcome, their latency as a histogram, and what is outstanding. Those of a node that is gone
 * are kept for a while and then removed: where names are new at every start, as pods' are, they would grow for ever.
 */
public final class NodeMeters {

    /** Prometheus scrapes once a minute or more often, and looks back five minutes for a value that it shows. */
    private static final Duration KEPT = Duration.ofMinutes(5);

    private static final String OURS = "evenkeel.gateway.";
    private static final String NODE = "node";

    private final MeterRegistry meters;
    private final Nodes nodes;
    private final LongSupplier nanoTime;
    private final Map<String, Counter> attempts = new ConcurrentHashMap<>();
    private final Map<String, Counter> rescues = new ConcurrentHashMap<>();
    private final Map<String, Timer> latencies = new ConcurrentHashMap<>();
    private final Map<MultiGauge, ToDoubleFunction<Endpoint>> gauges;

    /** Of those that have meters and are not in the fleet, by name. */
    private final Map<String, Long> goneSince = new HashMap<>();

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
        // now: it may have left when the attempt ends
        String node = nodes.nameOf(ticket.endpoint());
        return new Ticket() {
            private volatile @Nullable Long answeredAt;

            @Override
            public Endpoint endpoint() {
                return ticket.endpoint();
            }

            @Override
            public void onLost(Runnable task) {
                ticket.onLost(task);
            }

            @Override
            public void answering() {
                answeredAt = nanoTime.getAsLong();
                ticket.answering();
            }

            @Override
            public boolean complete(Outcome outcome) {
                boolean first = ticket.complete(outcome);
                if (first) {
                    Long answered = answeredAt;
                    record(node, outcome, (answered == null ? nanoTime.getAsLong() : answered) - start);
                }
                return first;
            }
        };
    }

    /** Makes the gauges those of the nodes that are there now, and removes the meters of those that are gone for long. */
    public synchronized void refresh(Fleet fleet) {
        List<Endpoint> endpoints = fleet.endpoints();
        gauges.forEach((gauge, value) -> gauge.register(
                endpoints.stream()
                        .map(endpoint -> Row.of(Tags.of(NODE, nodes.nameOf(endpoint)), endpoint, value))
                        .toList(),
                true));
        forgetAllBut(endpoints.stream().map(nodes::nameOf).collect(Collectors.toSet()));
    }

    /** Looks at all that is told by node, whoever counts it: an attempt may end after its node has left. */
    private void forgetAllBut(Set<String> present) {
        Map<String, List<Meter>> ofAbsent = new HashMap<>();
        for (Meter meter : meters.getMeters()) {
            String node = meter.getId().getTag(NODE);
            if (node != null
                    && !present.contains(node)
                    && meter.getId().getName().startsWith(OURS)) {
                ofAbsent.computeIfAbsent(node, _ -> new ArrayList<>()).add(meter);
            }
        }
        long now = nanoTime.getAsLong();
        goneSince.keySet().retainAll(ofAbsent.keySet());
        ofAbsent.forEach((node, all) -> {
            if (now - goneSince.computeIfAbsent(node, _ -> now) >= KEPT.toNanos()) {
                all.forEach(this::remove);
            }
        });
    }

    private void remove(Meter meter) {
        // in this order: in the other one, who counts meanwhile would keep what is removed then
        meters.remove(meter);
        attempts.values().remove(meter);
        rescues.values().remove(meter);
        latencies.values().remove(meter);
    }

    private void record(String node, Outcome outcome, long nanos) {
        String name = nameOf(outcome);
        attempts.computeIfAbsent(
                        node + '/' + name,
                        _ -> Counter.builder("evenkeel.gateway.attempts")
                                .description("requests sent to a node, by how that ended")
                                .tags(NODE, node, "outcome", name)
                                .register(meters))
                .increment();
        if (outcome instanceof Outcome.Rescued) {
            rescues.computeIfAbsent(
                            node,
                            _ -> Counter.builder("evenkeel.gateway.rescues")
                                    .description("requests that were taken from a node when it was lost")
                                    .tag(NODE, node)
                                    .register(meters))
                    .increment();
        }
        if (outcome instanceof Outcome.Success) {
            latencies
                    .computeIfAbsent(
                            node,
                            _ -> Timer.builder("evenkeel.gateway.node.latency")
                                    .description(
                                            "from the pick to a node's answer, whole or, if it is passed on as it comes, begun")
                                    .tag(NODE, node)
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
