package dev.evenkeel.benchmarks.sidebyside;

import dev.evenkeel.batcher.ServiceCurve;
import dev.evenkeel.benchmarks.fleet.Fleet;
import dev.evenkeel.simulator.node.NodeKind;
import dev.evenkeel.simulator.scenario.Scenarios;
import dev.evenkeel.simulator.workload.Call;
import dev.evenkeel.simulator.workload.Sizes;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The measuring encoder on a node, as the simulator has it.
 *
 * @param kind with what a batch takes: the service curve that was measured of the model's calls, and what a batch costs a
 *     node beside the call
 * @param sizes of the scenarios that are simulated, in which all texts are of one kind; work units
 * @param workOfAByte by which a gateway takes a request for so much work
 */
record SimulatedModel(NodeKind.BatchNode kind, Sizes sizes, double workOfAByte) {

    /** A batch costs less than this beside the call, in microseconds of a core of the reference speed. */
    private static final int MAX_BESIDE = 1 << 16;

    /** Begins a sentence for the model, and ends it. */
    private static final int MARKS = 2;

    /** So many sentences tell how long they are. */
    private static final int SENTENCES = 2_000;

    private static final List<Integer> TOKENS;
    private static final double MEAN_BYTES;

    static {
        Texts texts = new Texts("m", false, 1, 0);
        TOKENS = IntStream.range(0, SENTENCES).mapToObj(i -> tokens(texts, i)).toList();
        MEAN_BYTES = IntStream.range(0, SENTENCES)
                .map(i -> texts.body(i).length)
                .average()
                .orElseThrow();
    }

    private static final NodeKind.BatchNode CALLS = (NodeKind.BatchNode)
            Scenarios.neighbours(new Scenarios.Size("batch", 4, 1, 1)).kind();

    /**
     * That of a node that finishes so much more with {@link Fleet#SATURATED} requests inside than with
     * {@link Ground#FULL_BATCH}: of what a batch costs beside the call, each request pays less the more share it.
     *
     * @param gain above 0. Of less than the calls' own nothing is found; NaN: not measured, and nothing either
     */
    static SimulatedModel of(double gain) {
        int low = 0;
        int high = MAX_BESIDE;
        while (low < high) {
            int middle = (low + high) / 2;
            if (with(middle).gain() < gain) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return with(low);
    }

    /** @param beside microseconds of a batch beside the call */
    private static SimulatedModel with(int beside) {
        ServiceCurve curve = ServiceCurve.of(CALLS.curve().points().stream()
                .map(point -> new ServiceCurve.Point(point.inputs(), point.tokens(), point.micros() + beside))
                .toList());
        Sizes sizes = new Sizes.Empirical(
                TOKENS.stream().map(tokens -> curve.micros(1, tokens)).toList());
        return new SimulatedModel(new NodeKind.BatchNode(CALLS.lane(), curve), sizes, sizes.mean() / MEAN_BYTES);
    }

    private double gain() {
        return perCoreSecond(Fleet.SATURATED) / perCoreSecond(Ground.FULL_BATCH);
    }

    /** Requests that a core of the reference speed finishes per second with so many inside. */
    double perCoreSecond(int inside) {
        return kind.unitsPerCoreSecond(sizes, inside) / sizes.mean();
    }

    /**
     * One of a text, and the gateway takes it for what goes by its bytes.
     *
     * @param at when it comes, in nanoseconds
     */
    Call call(long at, Texts texts, int index) {
        int tokens = tokens(texts, index);
        return new Call(
                at,
                kind.curve().micros(1, tokens),
                Math.max(1, Math.round(workOfAByte * texts.body(index).length)),
                tokens,
                texts.isSmall(index));
    }

    private static int tokens(Texts texts, int index) {
        return texts.words(index) + MARKS;
    }
}
