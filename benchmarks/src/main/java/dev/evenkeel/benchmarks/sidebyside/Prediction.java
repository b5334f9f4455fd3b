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
import dev.evenkeel.simulator.node.NodeKind;
import dev.evenkeel.simulator.report.SameTrace;
import dev.evenkeel.simulator.report.SameTrace.Latencies;
import dev.evenkeel.simulator.result.Quantiles;
import dev.evenkeel.simulator.scenario.Scenario;
import dev.evenkeel.simulator.scenario.Scenarios;
import dev.evenkeel.simulator.workload.Arrivals;
import dev.evenkeel.simulator.workload.Call;
import dev.evenkeel.simulator.workload.Network;
import dev.evenkeel.simulator.workload.Sizes;
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
 * were found to be together, and the very requests of each repeat, at their times and of their sizes. Only that speed is
 * taken from the fleet. A quota that is given out every 20 ms is none of what it knows: there a node is slower all the
 * time, and not still for a part of it. Nor when exactly neighbours came: they come as often and stay as long.
 */
final class Prediction {

    /** Runs of each trace: neighbours, choices and the network differ. */
    private static final int SEEDS = 4;

    /** Begins a sentence for the model, and ends it. */
    private static final int MARKS = 2;

    /** So many sentences tell how long they are. */
    private static final int SENTENCES = 2_000;

    private static final Duration LONE = Duration.ofSeconds(30);
    private static final double LONE_LOAD = 0.01;

    /** Of the loopback. */
    private static final Network LOOPBACK = new Network(50_000, 20_000, 0, 60);

    /** As {@link dev.evenkeel.benchmarks.sidebyside.Neighbours}: none, none, one or three that want as much as the node. */
    static final Neighbours BURNERS = new Neighbours.Burners(List.of(1.0, 1.0, 1.0 / 2, 1.0 / 4), 0.5, 2.5);

    private static final NodeKind.BatchNode KIND = (NodeKind.BatchNode)
            Scenarios.neighbours(new Scenarios.Size("batch", 4, 1, LONE_LOAD)).kind();

    /** Of the scenarios that are simulated, in which all texts are of one kind. */
    private static final Sizes SIZES;

    /** By which a gateway takes a request for so much work. */
    private static final double WORK_OF_A_BYTE;

    static {
        Texts texts = texts(1);
        SIZES = new Sizes.Empirical(
                IntStream.range(0, SENTENCES).mapToObj(i -> work(texts, i)).toList());
        double bytes = IntStream.range(0, SENTENCES)
                .map(i -> texts.body(i).length)
                .average()
                .orElseThrow();
        WORK_OF_A_BYTE = SIZES.mean() / bytes;
    }

    private final Rows rows;

    Prediction(Rows rows) {
        this.rows = rows;
    }

    /** Every policy of ours that was run on nodes alike, where rows tell their requests. */
    List<SameTrace> sameTraces() {
        double speed = speed(UNIFORM);
        return at(UNIFORM).places(UNIFORM).stream()
                .flatMap(place -> policies(place).map(policy -> sameTrace(place, policy, speed)))
                .toList();
    }

    private SameTrace sameTrace(Place place, String policy, double speed) {
        List<Quantiles> simulated = replay(place, policy, speed);
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

    private Map<String, Double> knees(dev.evenkeel.benchmarks.sidebyside.Scenario fleet) {
        List<Place> places = at(fleet).places(fleet);
        if (places.isEmpty()) {
            return Map.of();
        }
        double speed = speed(fleet);
        Map<String, Double> knees = new TreeMap<>();
        policies(places.getFirst()).forEach(policy -> {
            double lone = median(lone(fleet, policy, speed), Quantiles::p50);
            List<Knee.Point> points = places.stream()
                    .map(place -> new Knee.Point(place.load(), median(replay(place, policy, speed), Quantiles::p99)))
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
    private List<Quantiles> replay(Place place, String policy, double speed) {
        return known(place)
                .flatMap(stretch -> {
                    List<Call> calls = calls(stretch);
                    Scenario scenario = scenario(nodes(place.scenario(), speed), neighbours(place.scenario()), stretch);
                    return IntStream.rangeClosed(1, SEEDS)
                            .parallel()
                            .mapToObj(seed -> Simulation.replay(scenario, policy, seed, calls)
                                    .all());
                })
                .toList();
    }

    /** What a lone request takes on the last node, which is granted the most, without neighbours. */
    private static List<Quantiles> lone(
            dev.evenkeel.benchmarks.sidebyside.Scenario fleet, String policy, double speed) {
        Scenario scenario = scenario(
                List.of(nodes(fleet, speed).getLast()), new Neighbours.None(), new Stretch(1, 1, Duration.ZERO, LONE));
        return IntStream.rangeClosed(1, SEEDS)
                .mapToObj(seed -> Simulation.run(scenario, policy, seed).all())
                .toList();
    }

    private static double median(List<Quantiles> runs, ToDoubleFunction<Quantiles> figure) {
        return Spread.of(runs.stream().mapToDouble(figure).toArray()).median();
    }

    /**
     * Of a node that is granted a fourth of all: what the nodes finished with {@link Fleet#SATURATED} inside each over what the
     * simulated ones finish with as many. Neighbours' mean share is taken off in the fleet's figure.
     */
    private double speed(dev.evenkeel.benchmarks.sidebyside.Scenario scenario) {
        double perSecond =
                at(scenario).nodes(scenario, "per_second").map(Spread::median).orElse(Double.NaN);
        return perSecond
                / neighbours(scenario).meanShare()
                * SIZES.mean()
                / (scenario.cpus().size() * KIND.unitsPerCoreSecond(SIZES, Fleet.SATURATED));
    }

    private static Neighbours neighbours(dev.evenkeel.benchmarks.sidebyside.Scenario scenario) {
        return scenario.hasNeighbours() ? BURNERS : new Neighbours.None();
    }

    /** The requests of lead-in and measured stretch, by time. What the gateway takes them for goes by their bytes. */
    private static List<Call> calls(Stretch stretch) {
        List<Call> calls = new ArrayList<>();
        add(calls, stretch.leadInTrace(), 0, texts(stretch.leadInSeed()));
        add(calls, stretch.measuredTrace(), stretch.leadIn().toNanos(), texts(stretch.seed()));
        return calls;
    }

    private static Texts texts(long seed) {
        return new Texts("m", false, seed, 0);
    }

    private static void add(List<Call> calls, Trace trace, long from, Texts texts) {
        for (int i = 0; i < trace.size(); i++) {
            calls.add(new Call(
                    from + trace.dueNanos(i),
                    work(texts, i),
                    Math.max(1, Math.round(WORK_OF_A_BYTE * texts.body(i).length)),
                    tokens(texts, i),
                    texts.isSmall(i)));
        }
    }

    private static int tokens(Texts texts, int index) {
        return texts.words(index) + MARKS;
    }

    /** Alone, on the curve's own scale. */
    private static double work(Texts texts, int index) {
        return KIND.curve().micros(1, tokens(texts, index));
    }

    /** @param speed of a node that is granted the mean */
    private static List<Node.Spec> nodes(dev.evenkeel.benchmarks.sidebyside.Scenario fleet, double speed) {
        List<Double> cpus = fleet.cpus();
        double mean = cpus.stream().mapToDouble(Double::doubleValue).average().orElse(1);
        return cpus.stream()
                .map(granted -> new Node.Spec(1, speed * granted / mean))
                .toList();
    }

    /** Load and arrivals count where the requests are drawn. */
    private static Scenario scenario(List<Node.Spec> nodes, Neighbours neighbours, Stretch stretch) {
        return new Scenario(
                KIND,
                nodes,
                neighbours,
                1,
                new Arrivals.Poisson(),
                LONE_LOAD,
                SIZES,
                0,
                LOOPBACK,
                stretch.leadIn().toMillis() / 1e3,
                stretch.measured().toMillis() / 1e3,
                false,
                List.of());
    }
}
