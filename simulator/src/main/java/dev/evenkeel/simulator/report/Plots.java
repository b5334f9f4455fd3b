package dev.evenkeel.simulator.report;

import dev.evenkeel.simulator.report.Plot.Line;
import dev.evenkeel.simulator.scenario.Scenarios;
import dev.evenkeel.simulator.scenario.Template;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** The charts: latency over load, and the share of each node over time. */
public final class Plots {

    private static final List<Column> QUANTILES = List.of(Column.P50, Column.P99, Column.P999);

    /** Nodes in a chart of shares: more lines than this nobody can tell apart. */
    private static final int NODES = 8;

    /** Buckets that make one point of a share, so that it shows a swing and not the chance of single arrivals. */
    private static final int BUCKETS = 2;

    private Plots() {}

    /** For each fleet that met several loads, a chart for each quantile. Sweeps are left to their table. */
    public static List<Plot> overLoad(Rows rows) {
        Map<Cell, List<Cell>> byFleet = new LinkedHashMap<>();
        for (Cell cell : rows.cells()) {
            byFleet.computeIfAbsent(cell.load(0), _ -> new ArrayList<>()).add(cell);
        }
        List<Plot> plots = new ArrayList<>();
        byFleet.forEach((fleet, cells) -> {
            if (cells.size() > 1) {
                QUANTILES.forEach(column -> plots.add(overLoad(rows, fleet, cells, column)));
            }
        });
        return plots;
    }

    /** As {@link #overLoad}, for the fleets that scenarios usually have. */
    public static List<Plot> usual(Rows rows) {
        return overLoad(new Rows(
                rows.all().stream().filter(row -> isUsual(row.run().cell())).toList()));
    }

    private static boolean isUsual(Cell cell) {
        if (!Scenarios.names().contains(cell.scenario())) {
            return false;
        }
        Template template = Scenarios.byName(cell.scenario());
        return cell.nodes() == template.nodes() && cell.gateways() == template.gateways();
    }

    private static Plot overLoad(Rows rows, Cell fleet, List<Cell> cells, Column column) {
        List<Cell> ordered =
                cells.stream().sorted(Comparator.comparingDouble(Cell::load)).toList();
        Set<String> policies = rows.policies(ordered.getFirst());
        List<Line> lines = policies.stream()
                .filter(policy -> policies.size() <= 12 || !policy.contains(":"))
                .filter(policy -> ordered.stream()
                        .allMatch(cell -> rows.figure(cell, policy, column).isPresent()))
                .map(policy -> new Line(
                        policy,
                        ordered.stream().map(Cell::load).toList(),
                        ordered.stream()
                                .map(cell -> rows.figure(cell, policy, column)
                                        .orElseThrow()
                                        .mean())
                                .toList()))
                .toList();
        String quantile = column == Column.P999 ? "p99.9" : column.name().toLowerCase(Locale.ROOT);
        return new Plot(
                nameOf(fleet) + "-" + column.header(),
                "%s: %s, %d nodes (%s), %d gateways"
                        .formatted(fleet.scenario(), quantile, fleet.nodes(), fleet.kind(), fleet.gateways()),
                "load",
                quantile + ", ms",
                true,
                lines);
    }

    private static String nameOf(Cell cell) {
        return "%s-%s-%d-nodes-%d-gateways".formatted(cell.scenario(), cell.kind(), cell.nodes(), cell.gateways());
    }

    /**
     * The share of each of the first nodes.
     *
     * @param sentByNode attempts by node, over buckets of time; the last bucket is a rest
     * @param bucketSeconds width of a bucket
     */
    public static Plot shares(Run run, int[][] sentByNode, double bucketSeconds) {
        int points = (sentByNode[0].length - 1) / BUCKETS;
        double[] sums = IntStream.range(0, points)
                .mapToDouble(point -> IntStream.range(0, sentByNode.length)
                        .mapToDouble(node -> sent(sentByNode[node], point))
                        .sum())
                .toArray();
        List<Double> times = IntStream.range(0, points)
                .mapToObj(point -> (point + 0.5) * BUCKETS * bucketSeconds)
                .toList();
        List<Line> lines = IntStream.range(0, Math.min(NODES, sentByNode.length))
                .mapToObj(node -> new Line(
                        "node " + node,
                        times,
                        IntStream.range(0, points)
                                .mapToObj(point -> sums[point] == 0 ? 0 : sent(sentByNode[node], point) / sums[point])
                                .toList()))
                .toList();
        return new Plot(
                shareName(run),
                run.policy() + ": share of each node, " + run.cell(),
                "seconds",
                "share of attempts",
                false,
                lines);
    }

    /** The file's name, without an ending. */
    static String shareName(Run run) {
        return "share-" + nameOf(run.cell()) + "-" + Peers.name(run.policy());
    }

    private static double sent(int[] buckets, int point) {
        return IntStream.range(point * BUCKETS, (point + 1) * BUCKETS)
                .map(bucket -> buckets[bucket])
                .sum();
    }
}
