package dev.evenkeel.simulator.report;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * Which runs there are to be, in the order in which results are shown.
 *
 * @param runs each once
 */
public record Plan(List<Run> runs) {

    public Plan {
        runs = List.copyOf(runs);
    }

    /** All of the grids, each with the seeds 1 to {@code seeds}, so that all policies of a cell meet the same ones. */
    public static Plan of(List<Grid> grids, int seeds) {
        Set<Run> runs = new LinkedHashSet<>();
        for (Grid grid : grids) {
            for (Cell cell : grid.cells()) {
                for (String policy : grid.policies()) {
                    LongStream.rangeClosed(1, seeds).forEach(seed -> runs.add(new Run(cell, policy, seed)));
                }
            }
        }
        return new Plan(List.copyOf(runs));
    }
}
