package dev.evenkeel.simulator.report;

import dev.evenkeel.balancer.Policies;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** The bars about nodes that fail or come back, nodes of unlike size, overload and scale: mostly figures of their own. */
final class FaultBars {

    private static final String OURS = Policies.DEFAULT;

    private final Rows rows;

    FaultBars(Rows rows) {
        this.rows = rows;
    }

    /** B5. */
    List<Verdict> sinkhole() {
        return List.of(
                atMost(
                        "B5",
                        "sinkhole: <= 100 failed attempts of 18,000, or of more",
                        100,
                        "sinkhole",
                        row -> row.get(Column.FAILED_ATTEMPTS)),
                atMost("B5", "0 failures seen by clients", 0, "sinkhole", row -> row.get(Column.FAILED)));
    }

    /** B6. */
    List<Verdict> stall() {
        return List.of(
                atMost("B6", "stall: out of rotation <= 250 ms", 250, "stall", row -> row.extra("out_ms")),
                atMost("B6", "<= 2 sends after that", 2, "stall", row -> row.extra("sends_after")),
                atMost(
                        "B6",
                        "p99 of the window <= 1.3 x steady",
                        1.3,
                        "stall",
                        row -> row.extra("window_p99") / row.extra("steady_p99")));
    }

    /** B7. */
    List<Verdict> heal() {
        return List.of(
                Reading.each(
                        "B7",
                        "heal: >= 0.8 of its fair share within 5 s",
                        readings("heal", row -> row.extra("share_5s")).stream()
                                .map(reading -> Reading.atLeast(0.8, reading.where(), reading.value()))
                                .toList()),
                atMost("B7", "never over 1.2 of it", 1.2, "heal", row -> row.extra("share_max")));
    }

    /** B8. */
    List<Verdict> unevenCores() {
        return List.of(
                atMost(
                        "B8",
                        "1:2:4 cores, no weights set: every share within 0.05 of the ideal after 10 s",
                        0.05,
                        "uneven-cores",
                        row -> row.extra(Extras.SHARE_OFF)),
                atMost("B8", "max/mean CPU <= 1.05", 1.05, "uneven-cores", row -> row.extra(Extras.CPU_RATIO)));
    }

    /** B9. */
    List<Verdict> overload() {
        List<Cell> over = rows.cells(cell -> cell.scenario().equals("overload") && cell.load() > 1);
        List<Reading> goodput = new ArrayList<>();
        List<Reading> rejects = new ArrayList<>();
        List<Reading> admitted = new ArrayList<>();
        for (Cell cell : over) {
            String in = "in " + cell;
            rows.figure(cell, OURS, row -> row.get(Column.GOODPUT) / row.get(Column.CAPACITY))
                    .ifPresent(spread -> goodput.add(Reading.atLeast(0.95, in, spread)));
            rows.figure(cell, OURS, Column.SLOWEST_REJECT_MS)
                    .ifPresent(spread -> rejects.add(Reading.atMost(5, in, spread)));
            rows.ratio(new Rows.Subject(cell, OURS), new Rows.Subject(cell.load(0.8), OURS), Column.P99)
                    .ifPresent(spread -> admitted.add(Reading.atMost(1.5, in, spread)));
        }
        return List.of(
                Reading.worst("B9", "overload of 1.5: goodput >= 0.95 of capacity", goodput),
                Reading.worst("B9", "rejects answered < 5 ms", rejects),
                Reading.worst("B9", "admitted p99 <= 1.5 x that at load 0.8", admitted));
    }

    /** B13. */
    List<Verdict> scale() {
        List<Cell> cells = rows.cells(cell -> cell.scenario().equals(ReportPlan.APART));
        return List.of(
                atMost(
                        "B13",
                        "scale: 1,000 nodes, 16 gateways, 10 million requests in <= 15 minutes a run",
                        900,
                        ReportPlan.APART,
                        row -> row.extra("wall_s")),
                Reading.worst(
                        "B13",
                        "p99 <= 1.4 x oracle's there",
                        new LatencyBars(rows).against(cells, Peers.ORACLE, Column.P99, 1.4)));
    }

    private Verdict atMost(String bar, String text, double limit, String scenario, ToDoubleFunction<Row> figure) {
        return Reading.worst(
                bar,
                text,
                readings(scenario, figure).stream()
                        .map(reading -> Reading.atMost(limit, reading.where(), reading.value()))
                        .toList());
    }

    private record Measured(String where, Spread value) {}

    private List<Measured> readings(String scenario, ToDoubleFunction<Row> figure) {
        return rows.cells(cell -> cell.scenario().equals(scenario)).stream()
                .flatMap(cell -> measured(cell, figure).stream())
                .toList();
    }

    private Optional<Measured> measured(Cell cell, ToDoubleFunction<Row> figure) {
        return rows.figure(cell, OURS, figure).map(spread -> new Measured("in " + cell, spread));
    }
}
