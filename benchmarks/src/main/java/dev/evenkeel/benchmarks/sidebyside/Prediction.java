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
import java.util.Map;
import java.util.TreeMap;
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

    /** As {@link dev.evenkeel.benchmarks.sidebyside.Neighbours}: none, none, one or three that want as much as the node. */
    static final Neighbours BURNERS = new Neighbours.Burners(List.of(1.0, 1.0, 1.0 / 2, 1.0 / 4), 0.5, 2.5);

    private static final double LONE_LOAD = 0.01;

    private final Rows rows;

    Prediction(Rows rows) {
        this.rows = rows;
    }

    /** Every policy of ours that was run on nodes alike. */
    List<SameTrace> sameTraces() {
        return rows
                .judged(dev.evenkeel.benchmarks.sidebyside.Scenario.UNIFORM)
                .places(dev.evenkeel.benchmarks.sidebyside.Scenario.UNIFORM)
                .stream()
                .flatMap(place -> at(place).subjects(place).stream()
                        .filter(Policies.names()::contains)
                        .map(policy -> sameTrace(place, policy)))
                .toList();
    }

    private SameTrace sameTrace(Place place, String policy) {
        List<Quantiles> simulated = simulate(scenario(place), policy);
        return new SameTrace(
                policy,
                new Latencies(measured(place, policy, "p50"), measured(place, policy, "p99")),
                new Latencies(median(simulated, Quantiles::p50), median(simulated, Quantiles::p99)));
    }

    /** Where each policy of ours that was run at rising load should have its knee, by name. */
    Map<String, Double> knees() {
        List<Place> places = rows.judged(dev.evenkeel.benchmarks.sidebyside.Scenario.KNEE)
                .places(dev.evenkeel.benchmarks.sidebyside.Scenario.KNEE);
        if (places.isEmpty()) {
            return Map.of();
        }
        Map<String, Double> knees = new TreeMap<>();
        for (String policy : at(places.getFirst()).subjects(places.getFirst())) {
            if (Policies.names().contains(policy)) {
                double lone = median(simulate(lone(places.getFirst()), policy), Quantiles::p50);
                List<Knee.Point> points = places.stream()
                        .map(place ->
                                new Knee.Point(place.load(), median(simulate(scenario(place), policy), Quantiles::p99)))
                        .toList();
                knees.put(policy, Knee.of(points, Knee.LONE_LATENCIES * lone).orElseThrow());
            }
        }
        return knees;
    }

    private Rows at(Place place) {
        return rows.judged(place.scenario());
    }

    private double measured(Place place, String policy, String figure) {
        return at(place).spread(place, policy, figure).map(Spread::median).orElse(Double.NaN);
    }

    /** One run for each seed. */
    private static List<Quantiles> simulate(Scenario scenario, String policy) {
        return IntStream.rangeClosed(1, SEEDS)
                .parallel()
                .mapToObj(seed -> Simulation.run(scenario, policy, seed).all())
                .toList();
    }

    private static double median(List<Quantiles> runs, ToDoubleFunction<Quantiles> figure) {
        return Spread.of(runs.stream().mapToDouble(figure).toArray()).median();
    }

    private Scenario scenario(Place place) {
        return scenario(place, neighbours(place), place.load(), speed(place));
    }

    /** The same nodes with next to nothing to do and without neighbours, which is how a lone request is measured. */
    private Scenario lone(Place place) {
        return scenario(place, new Neighbours.None(), LONE_LOAD, speed(place));
    }

    /** Of a node that is granted a fourth of all; its neighbours' mean share is taken off in both. */
    private double speed(Place place) {
        Scenario unscaled = scenario(place, neighbours(place), place.load(), 1);
        return at(place).nodes(place.scenario(), "per_second").orElseThrow().median()
                * ALIKE.mean()
                / unscaled.capacity();
    }

    private static Neighbours neighbours(Place place) {
        return place.scenario().hasNeighbours() ? BURNERS : new Neighbours.None();
    }

    private static Scenario scenario(Place place, Neighbours neighbours, double load, double speed) {
        NodeKind kind =
                Scenarios.neighbours(new Scenarios.Size("batch", 4, 1, load)).kind();
        List<Double> cpus = place.scenario().cpus();
        double mean = cpus.stream().mapToDouble(Double::doubleValue).average().orElse(1);
        return new Scenario(
                kind,
                cpus.stream()
                        .map(granted -> new Node.Spec(1, speed * granted / mean))
                        .toList(),
                neighbours,
                1,
                new Arrivals.Poisson(),
                load,
                ALIKE,
                HINT_ERROR,
                LOOPBACK,
                WARM_UP_SECONDS,
                SECONDS,
                false,
                List.of());
    }
}
