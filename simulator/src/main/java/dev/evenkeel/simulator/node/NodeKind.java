package dev.evenkeel.simulator.node;

import dev.evenkeel.batcher.Lane;
import dev.evenkeel.batcher.ServiceCurve;
import dev.evenkeel.simulator.workload.Sizes;

/** How nodes serve. */
public sealed interface NodeKind {

    /** That wait where a fleet is said to do all it can. */
    int FULL_BATCHES = 3;

    /** One queue before the cores. */
    record FifoNode() implements NodeKind {}

    /** All that is inside shares the cores. */
    record SharingNode() implements NodeKind {}

    /**
     * Workers that predict batches: the model node.
     *
     * @param lane bounds a batch
     * @param curve how long a batch takes on a core of the reference speed
     */
    record BatchNode(Lane lane, ServiceCurve curve) implements NodeKind {}

    /** In a word, as people ask for it. */
    default String label() {
        return switch (this) {
            case FifoNode() -> "fifo";
            case SharingNode() -> "ps";
            case BatchNode _ -> "batch";
        };
    }

    /** Work units of a text of so many tokens, alone on a core of the reference speed. */
    default int tokensOf(double work) {
        return switch (this) {
            case BatchNode batch -> tokens(batch.curve(), work);
            case FifoNode _, SharingNode _ -> 0;
        };
    }

    /** Work units per second that a busy core of the reference speed finishes at most, of requests of these sizes. */
    default double unitsPerCoreSecond(Sizes sizes) {
        return switch (this) {
            case FifoNode _, SharingNode _ -> 1e6;
            case BatchNode batch -> {
                int waiting = FULL_BATCHES * batch.lane().maxInputs();
                yield Batching.unitsPerCoreSecond(batch, sizes, _ -> waiting);
            }
        };
    }

    /**
     * The same in a closed loop: so many are inside at any time, those in prediction among them. Where a node batches, the
     * more there are the fuller batches get, and the more alike their texts. When all were in one batch, the next begins
     * with who comes back first.
     */
    default double unitsPerCoreSecond(Sizes sizes, int inside) {
        return switch (this) {
            case FifoNode _, SharingNode _ -> 1e6;
            case BatchNode batch ->
                Batching.unitsPerCoreSecond(batch, sizes, predicted -> Math.max(1, inside - predicted));
        };
    }

    private static int tokens(ServiceCurve curve, double work) {
        int low = 0;
        int high = 4096;
        while (low < high) {
            int middle = (low + high) / 2;
            if (curve.micros(1, middle) < work) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return Math.max(1, low);
    }
}
