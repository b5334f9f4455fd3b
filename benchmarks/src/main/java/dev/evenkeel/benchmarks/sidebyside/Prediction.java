package dev.evenkeel.benchmarks.sidebyside;

import dev.evenkeel.balancer.Policies;
import dev.evenkeel.benchmarks.report.Spread;
import dev.evenkeel.benchmarks.sidebyside.Rows.Place;
import dev.evenkeel.simulator.Simulation;
import dev.evenkeel.simulator.node.Neighbours;
import dev.evenkeel.simulator.node.Node;
import dev.evenkeel.simulator.node.NodeKind;
import dev.evenkeel.simulator.report.SameTrace;
import dev.evenkeel.simulator.report.SameTrace.Latencies;
import dev.evenkeel.simulator.result.Quantiles;
import dev.evenkeel.simulator.scenario.Scenario;
import dev.evenkeel.simulator.scenario.Scenarios;
import dev.evenkeel.simulator.workload.Arrivals;
import dev.evenkeel.simulator.workload.Network;
import dev.evenkeel.simulator.workload.Sizes;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What the simulator says of the fleet that was measured: as many nodes, with the encoder's service curve, as fast as they
 * were found to be together, and Poisson arrivals at the same rate. Only that speed is taken from the fleet. A quota that
 * is given out every 20 ms is none of what it knows: there a node is slower all the time, and not still for a part of it.
 */
final class Prediction {

    private static final int SEEDS = 10;
    private static final double WARM_UP_SECONDS = 5;
    private static final double SECONDS = 30;

    /** Sentences of 15 to 45 words, on the curve's own scale: even between both, as are their costs. */
    private static final Sizes ALIKE = new Sizes.TruncatedNormal(2_800, 700);

    /** The estimate of a request's work is by its bytes. */
    private static final double HINT_ERROR = 0.1;

    /** Of the loopback. */
    private static final Network LOOPBACK = new Network(50_000, 20_000, 0, 60);

    private final Rows rows;

    Prediction(Rows rows) {
        this.rows = rows;
    }

    /** Every policy of ours that was run on nodes alike. */
    List<SameTrace> sameTraces() {
        return rows.places(dev.evenkeel.benchmarks.sidebyside.Scenario.UNIFORM).stream()
                .flatMap(place -> rows.subjects(place).stream()
                        .filter(Policies.names()::contains)
                        .map(policy -> new SameTrace(
                                policy,
                                new Latencies(measured(place, policy, "p50"), measured(place, policy, "p99")),
                                new Latencies(
                                        simulated(place, policy, Quantiles::p50),
                                        simulated(place, policy, Quantiles::p99)))))
                .toList();
    }

    private double measured(Place place, String policy, String figure) {
        return rows.spread(place, policy, figure).map(Spread::median).orElse(0.0);
    }

    private double simulated(Place place, String policy, ToDoubleFunction<Quantiles> figure) {
        Scenario scenario = scenario(place);
        double[] millis = IntStream.rangeClosed(1, SEEDS)
                .parallel()
                .mapToDouble(seed -> figure.applyAsDouble(
                        Simulation.run(scenario, policy, seed).all()))
                .toArray();
        return Spread.of(millis).median();
    }

    private Scenario scenario(Place place) {
        NodeKind kind = Scenarios.neighbours(new Scenarios.Size("batch", 4, 1, place.load()))
                .kind();
        Scenario unscaled = scenario(kind, place, 1);
        double speed = rows.nodes(place.scenario(), "per_second").orElse(0) * ALIKE.mean() / unscaled.capacity();
        return scenario(kind, place, speed);
    }

    /** @param speed of a node that is granted a fourth of all */
    private static Scenario scenario(NodeKind kind, Place place, double speed) {
        List<Double> cpus = place.scenario().cpus();
        double mean = cpus.stream().mapToDouble(Double::doubleValue).average().orElse(1);
        return new Scenario(
                kind,
                cpus.stream()
                        .map(granted -> new Node.Spec(1, speed * granted / mean))
                        .toList(),
                new Neighbours.None(),
                1,
                new Arrivals.Poisson(),
                place.load(),
                ALIKE,
                HINT_ERROR,
                LOOPBACK,
                WARM_UP_SECONDS,
                SECONDS,
                false,
                List.of());
    }
}
