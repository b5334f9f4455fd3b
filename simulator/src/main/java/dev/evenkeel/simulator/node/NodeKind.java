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
            case BatchNode batch ->
                unitsPerCoreSecond(sizes, FULL_BATCHES * batch.lane().maxInputs());
        };
    }

    /**
     * The same where so many wait whenever a worker is free: where a node batches, the more there are the more are alike.
     */
    default double unitsPerCoreSecond(Sizes sizes, int waiting) {
        return switch (this) {
            case FifoNode _, SharingNode _ -> 1e6;
            case BatchNode(Lane lane, ServiceCurve curve) ->
                Batching.unitsPerCoreSecond(lane, curve, this, sizes, waiting);
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
