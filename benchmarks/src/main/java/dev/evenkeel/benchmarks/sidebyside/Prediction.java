package dev.evenkeel.benchmarks.sidebyside;

import static dev.evenkeel.benchmarks.sidebyside.Scenario.KNEES;
import static dev.evenkeel.benchmarks.sidebyside.Scenario.UNIFORM;

import dev.evenkeel.balancer.Policies;
import dev.evenkeel.benchmarks.fleet.Fleet;
import dev.evenkeel.benchmarks.load.Trace;
import dev.evenkeel.benchmarks.report.Spread;
import dev.evenkeel.benchmarks.sidebyside.Rows.Place;
import dev.evenkeel.simulator.Simulation;
import dev.evenkeel.simulator.node.Neighbours;
import dev.evenkeel.simulator.node.Node;
import dev.evenkeel.simulator.report.SameTrace;
import dev.evenkeel.simulator.report.SameTrace.Latencies;
import dev.evenkeel.simulator.result.Quantiles;
import dev.evenkeel.simulator.scenario.Scenario;
import dev.evenkeel.simulator.workload.Arrivals;
import dev.evenkeel.simulator.workload.Call;
import dev.evenkeel.simulator.workload.Network;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What the simulator says of the fleet that was measured: as many nodes, with the encoder's service curve, as fast as they
 * were found to be together, and the very requests of each repeat, at their times and of their sizes. From the fleet it has
 * what the nodes finish with {@link Ground#FULL_BATCH} and with {@link Fleet#SATURATED} inside each, in a closed loop. A
 * quota that is given out every 20 ms is none of what it knows: there a node is slower all the time, and not still for a part
 * of it. Nor when exactly neighbours came: they come as often and stay as long.
 */
final class Prediction {

    /** Runs of each trace: neighbours, choices and the network differ. */
    private static final int SEEDS = 4;

    private static final Duration LONE = Duration.ofSeconds(30);
    private static final double LONE_LOAD = 0.01;

    /** Of the loopback. */
    private static final Network LOOPBACK = new Network(50_000, 20_000, 0, 60);

    /** As {@link dev.evenkeel.benchmarks.sidebyside.Neighbours}: none, none, one or three that want as much as the node. */
    static final Neighbours BURNERS = new Neighbours.Burners(List.of(1.0, 1.0, 1.0 / 2, 1.0 / 4), 0.5, 2.5);

    /**
     * A fleet that was run, in the simulator.
     *
     * @param speed of a node that is granted the mean
     */
    private record Simulated(dev.evenkeel.benchmarks.sidebyside.Scenario fleet, SimulatedModel model, double speed) {

        /** As fast as the real ones. */
        List<Node.Spec> nodes() {
            List<Double> cpus = fleet.cpus();
            double mean =
                    cpus.stream().mapToDouble(Double::doubleValue).average().orElse(1);
            return cpus.stream()
                    .map(granted -> new Node.Spec(1, speed * granted / mean))
                    .toList();
        }
    }

    private final Rows rows;

    Prediction(Rows rows) {
        this.rows = rows;
    }

    /** Every policy of ours that was run on nodes alike, where rows tell their requests. */
    List<SameTrace> sameTraces() {
        Simulated fleet = simulated(UNIFORM);
        return at(UNIFORM).places(UNIFORM).stream()
                .flatMap(place -> policies(place).map(policy -> sameTrace(place, policy, fleet)))
                .toList();
    }

    private SameTrace sameTrace(Place place, String policy, Simulated fleet) {
        List<Quantiles> simulated = replay(place, policy, fleet);
        Rows here = at(place.scenario());
        return new SameTrace(
                policy,
                new Latencies(here.median(place, policy, "p50"), here.median(place, policy, "p99")),
                new Latencies(median(simulated, Quantiles::p50), median(simulated, Quantiles::p99)));
    }

    /** Where each policy of ours that was run at rising load should have its knee, by name; of the fleets that were run. */
    Map<dev.evenkeel.benchmarks.sidebyside.Scenario, Map<String, Double>> knees() {
        Map<dev.evenkeel.benchmarks.sidebyside.Scenario, Map<String, Double>> knees =
                new EnumMap<>(dev.evenkeel.benchmarks.sidebyside.Scenario.class);
        KNEES.forEach(scenario -> {
            Map<String, Double> byPolicy = knees(scenario);
            if (!byPolicy.isEmpty()) {
                knees.put(scenario, byPolicy);
            }
        });
        return knees;
    }

    private Map<String, Double> knees(dev.evenkeel.benchmarks.sidebyside.Scenario scenario) {
        List<Place> places = at(scenario).places(scenario);
        if (places.isEmpty()) {
            return Map.of();
        }
        Simulated fleet = simulated(scenario);
        Map<String, Double> knees = new TreeMap<>();
        policies(places.getFirst()).forEach(policy -> {
            double lone = median(lone(fleet, policy), Quantiles::p50);
            List<Knee.Point> points = places.stream()
                    .map(place -> new Knee.Point(place.load(), median(replay(place, policy, fleet), Quantiles::p99)))
                    .toList();
            knees.put(policy, Knee.of(points, Knee.limit(lone)).orElseThrow());
        });
        return knees;
    }

    /** Those of ours whose requests are known there. */
    private Stream<String> policies(Place place) {
        return at(place.scenario()).subjects(place).stream()
                .filter(Policies.names()::contains)
                .filter(policy -> known(place, policy).findAny().isPresent());
    }

    /** Anybody's: they are the same for all of a repeat, and who is past its knee has none at a higher load. */
    private Stream<Stretch> known(Place place) {
        return at(place.scenario()).subjects(place).stream()
                .flatMap(subject -> known(place, subject))
                .distinct();
    }

    private Stream<Stretch> known(Place place, String policy) {
        return at(place.scenario()).of(place, policy).stream()
                .filter(row -> Double.isFinite(row.get(Row.SEED)))
                .map(Stretch::of);
    }

    private Rows at(dev.evenkeel.benchmarks.sidebyside.Scenario scenario) {
        return rows.judged(scenario);
    }

    /** Some runs of each repeat's requests. */
    private List<Quantiles> replay(Place place, String policy, Simulated fleet) {
        return known(place)
                .flatMap(stretch -> {
                    List<Call> calls = calls(stretch, fleet.model());
                    Scenario scenario = scenario(fleet, fleet.nodes(), neighbours(place.scenario()), stretch);
                    return IntStream.rangeClosed(1, SEEDS)
                            .parallel()
                            .mapToObj(seed -> Simulation.replay(scenario, policy, seed, calls)
                                    .all());
                })
                .toList();
    }

    /** What a lone request takes on the last node, which is granted the most, without neighbours. */
    private static List<Quantiles> lone(Simulated fleet, String policy) {
        Scenario scenario = scenario(
                fleet, List.of(fleet.nodes().getLast()), new Neighbours.None(), new Stretch(1, 1, Duration.ZERO, LONE));
        return IntStream.rangeClosed(1, SEEDS)
                .mapToObj(seed -> Simulation.run(scenario, policy, seed).all())
                .toList();
    }

    private static double median(List<Quantiles> runs, ToDoubleFunction<Quantiles> figure) {
        return Spread.of(runs.stream().mapToDouble(figure).toArray()).median();
    }

    /**
     * Nodes that finish what the measured ones did, with as many inside. Neighbours' mean share is taken off in the fleet's
     * figures.
     */
    private Simulated simulated(dev.evenkeel.benchmarks.sidebyside.Scenario fleet) {
        double saturated = finished(fleet, "per_second");
        SimulatedModel model = SimulatedModel.of(saturated / finished(fleet, Row.FULL_BATCH));
        double speed = saturated
                / neighbours(fleet).meanShare()
                / (fleet.cpus().size() * model.perCoreSecond(Fleet.SATURATED));
        return new Simulated(fleet, model, speed);
    }

    /** By the nodes together, a second. */
    private double finished(dev.evenkeel.benchmarks.sidebyside.Scenario fleet, String figure) {
        return at(fleet).nodes(fleet, figure).map(Spread::median).orElse(Double.NaN);
    }

    private static Neighbours neighbours(dev.evenkeel.benchmarks.sidebyside.Scenario scenario) {
        return scenario.hasNeighbours() ? BURNERS : new Neighbours.None();
    }

    /** The requests of lead-in and measured stretch, by time. */
    private static List<Call> calls(Stretch stretch, SimulatedModel model) {
        List<Call> calls = new ArrayList<>();
        add(calls, model, stretch.leadInTrace(), 0, stretch.leadInSeed());
        add(calls, model, stretch.measuredTrace(), stretch.leadIn().toNanos(), stretch.seed());
        return calls;
    }

    private static void add(List<Call> calls, SimulatedModel model, Trace trace, long from, long seed) {
        Texts texts = new Texts("m", false, seed, 0);
        for (int i = 0; i < trace.size(); i++) {
            calls.add(model.call(from + trace.dueNanos(i), texts, i));
        }
    }

    /** Load and arrivals count where the requests are drawn. */
    private static Scenario scenario(Simulated fleet, List<Node.Spec> nodes, Neighbours neighbours, Stretch stretch) {
        return new Scenario(
                fleet.model().kind(),
                nodes,
                neighbours,
                1,
                new Arrivals.Poisson(),
                LONE_LOAD,
                fleet.model().sizes(),
                0,
                LOOPBACK,
                stretch.leadIn().toMillis() / 1e3,
                stretch.measured().toMillis() / 1e3,
                false,
                List.of());
    }
}
