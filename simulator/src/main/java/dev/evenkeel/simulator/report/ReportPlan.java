package dev.evenkeel.simulator.report;

import dev.evenkeel.balancer.Policies;
import dev.evenkeel.simulator.scenario.Scenarios;
import dev.evenkeel.simulator.scenario.Scenarios.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The runs of the report. All policies, each with its sweep, meet in the core: the public cell, small fleets and fleets of
 * 20 nodes, and mixed sizes. In the wide grid of kinds, fleets, gateways and loads the strongest meet, for a run of 100
 * batching nodes takes seconds.
 */
public final class ReportPlan {

    /** At least this many seeds make a report. */
    public static final int SEEDS = 10;

    /** 10 million requests on 1,000 nodes: it is run by itself. */
    static final String APART = "scale";

    private static final List<String> KINDS = List.of("batch", "fifo", "ps");
    private static final List<String> MAIN = List.of("public-cell", "neighbours", "mixed-sizes", "uneven-cores");

    /** Ours, the truth, and those that came closest in the core. */
    private static final List<String> STRONGEST = List.of(
            Policies.DEFAULT,
            Peers.ORACLE,
            "weighted-least-requests",
            "least-requests",
            "peak-ewma:choices=0,decay-ms=1000");

    private static final List<String> BOUNDS = List.of(Policies.DEFAULT, Peers.ORACLE);

    private static final List<String> CLOSEST =
            List.of(Policies.DEFAULT, Peers.ORACLE, "weighted-least-requests", "least-requests");

    private static final List<String> UNDER_FAULTS =
            List.of(Policies.DEFAULT, "weighted-least-requests", "least-requests");

    private ReportPlan() {}

    /** All of it. */
    public static Plan full(int seeds) {
        List<String> swept = Stream.concat(Peers.everybody().stream(), Peers.sweeps().stream())
                .toList();
        List<String> sharing = List.of("fifo", "ps");
        List<Grid> grids = new ArrayList<>(List.of(
                new Grid(List.of("public-cell"), List.of(), List.of(), List.of(), List.of(), swept),
                new Grid(List.of("neighbours"), List.of("batch"), List.of(8), List.of(2), List.of(0.9), swept),
                new Grid(List.of("neighbours"), List.of("ps"), List.of(20), List.of(2), List.of(0.9), swept),
                new Grid(List.of("neighbours"), KINDS, List.of(4, 8, 20), List.of(2, 16), List.of(0.9), CLOSEST),
                new Grid(List.of("neighbours"), KINDS, List.of(4, 20), List.of(2, 16), List.of(0.7, 0.97), CLOSEST),
                new Grid(List.of("neighbours"), KINDS, List.of(4, 8, 20), List.of(1, 8), List.of(0.9), BOUNDS),
                new Grid(List.of("neighbours"), KINDS, List.of(100), List.of(2, 16), List.of(0.9), CLOSEST),
                new Grid(List.of("mixed-sizes"), List.of("batch"), List.of(4, 8), List.of(2), List.of(), swept),
                new Grid(List.of("mixed-sizes"), sharing, List.of(100), List.of(4), List.of(), STRONGEST),
                new Grid(List.of("uneven-cores"), List.of("batch"), List.of(), List.of(), List.of(), Peers.everybody()),
                new Grid(List.of("uneven-cores"), sharing, List.of(), List.of(), List.of(), BOUNDS)));
        grids.addAll(others(UNDER_FAULTS));
        return Plan.of(grids, seeds);
    }

    /** Enough to try whether the report can be made: small cells of each. */
    public static Plan quick(int seeds) {
        List<Grid> grids = new ArrayList<>(List.of(
                new Grid(List.of("public-cell"), List.of(), List.of(), List.of(), List.of(), Peers.everybody()),
                new Grid(List.of("neighbours"), KINDS, List.of(4, 20), List.of(1, 16), List.of(0.7, 0.9), STRONGEST),
                new Grid(List.of("mixed-sizes"), List.of("batch"), List.of(4, 8), List.of(2), List.of(), STRONGEST),
                new Grid(List.of("uneven-cores"), List.of("batch"), List.of(), List.of(), List.of(), STRONGEST)));
        grids.addAll(others(STRONGEST));
        return Plan.of(grids, seeds);
    }

    /** Whose shares over time are shown, where gateways could swing together: few nodes and many gateways, and no weights. */
    public static List<Run> shares() {
        Cell many = new Cell("neighbours", new Size("batch", 8, 16, 0.9));
        Cell uneven = new Cell("uneven-cores", new Size("batch", 12, 2, 0.9));
        return Stream.of(many, uneven)
                .flatMap(cell -> Stream.of(Policies.DEFAULT, "least-requests", Peers.ORACLE)
                        .map(policy -> new Run(cell, policy, 1)))
                .toList();
    }

    /** Every other scenario as it usually is. */
    private static List<Grid> others(List<String> policies) {
        return Scenarios.names().stream()
                .filter(name -> !MAIN.contains(name) && !name.equals(APART))
                .map(name -> new Grid(List.of(name), List.of(), List.of(), List.of(), List.of(), policies))
                .toList();
    }
}
