package dev.evenkeel.simulator.node;

import dev.evenkeel.batcher.Lane;
import dev.evenkeel.batcher.ServiceCurve;

/** How nodes serve. */
public sealed interface NodeKind {

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

    /**
     * Work units per second that a busy core of the reference speed finishes at most, of requests that are so large on
     * average.
     */
    default double unitsPerCoreSecond(double meanWork) {
        return switch (this) {
            case FifoNode _, SharingNode _ -> 1e6;
            case BatchNode(Lane lane, ServiceCurve curve) -> {
                int tokens = tokens(curve, meanWork);
                int size = lane.maxInputs();
                yield 1e6 * size * curve.micros(1, tokens) / curve.micros(size, tokens);
            }
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
