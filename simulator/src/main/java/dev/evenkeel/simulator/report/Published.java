package dev.evenkeel.simulator.report;

import java.util.Map;
import java.util.Optional;

/** p99 in milliseconds that peers have published for the public cell at three loads, with 20 clients. */
public final class Published {

    private static final Map<String, Map<Double, Integer>> P99 = Map.of(
            "p2c-least-requests", Map.of(0.7, 754, 0.9, 1038, 1.05, 1407),
            "peak-ewma", Map.of(0.7, 368, 0.9, 447, 1.05, 662),
            "prequal", Map.of(0.7, 257, 0.9, 272, 1.05, 345));

    private Published() {}

    /** Whether there is any for the cell. */
    public static boolean knows(Cell cell) {
        return cell.scenario().equals("public-cell")
                && P99.values().stream().anyMatch(byLoad -> byLoad.containsKey(cell.load()));
    }

    /** For Prequal the best of its parameters that were published. */
    public static Optional<Integer> p99(Cell cell, String policy) {
        return knows(cell)
                ? Optional.ofNullable(P99.getOrDefault(policy, Map.of()).get(cell.load()))
                : Optional.empty();
    }
}
