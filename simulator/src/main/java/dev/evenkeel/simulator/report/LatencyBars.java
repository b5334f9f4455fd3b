package dev.evenkeel.simulator.report;

import dev.evenkeel.balancer.Policies;
import dev.evenkeel.simulator.report.Rows.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The bars about how long requests take where nothing fails. */
final class LatencyBars {

    private static final String OURS = Policies.DEFAULT;
    private static final Set<String> PUBLISHED_PEERS = Set.of("weighted-least-requests", "prequal");

    private final Rows rows;

    LatencyBars(Rows rows) {
        this.rows = rows;
    }

    /** B1. */
    List<Verdict> publicCell() {
        List<Reading> readings = new ArrayList<>();
        for (Cell cell : rows.cells(is("public-cell"))) {
            rows.best(cell, spec -> PUBLISHED_PEERS.contains(Peers.name(spec)), Column.P99)
                    .flatMap(peer -> against(cell, peer, Column.P99, 0.9)
                            .map(reading -> new Reading(
                                    "at load " + Figure.plain(cell.load()) + " of " + peer,
                                    reading.value(),
                                    reading.limit(),
                                    false)))
                    .ifPresent(readings::add);
        }
        return List.of(Reading.each(
                "B1", "public cell: p99 <= 0.9 x best of weighted least requests and Prequal at each load", readings));
    }

    /** B2. */
    List<Verdict> neighbours() {
        List<Cell> all = rows.cells(is("neighbours"));
        List<Cell> few = all.stream().filter(cell -> cell.gateways() <= 2).toList();
        List<Cell> many = all.stream().filter(cell -> cell.gateways() == 16).toList();
        List<Cell> large = all.stream().filter(cell -> cell.nodes() >= 20).toList();
        List<Cell> small = all.stream().filter(cell -> cell.nodes() <= 8).toList();
        return List.of(
                Reading.worst(
                        "B2",
                        "neighbours: p99 <= 1.15 x oracle's at 1-2 gateways",
                        against(few, Peers.ORACLE, Column.P99, 1.15)),
                Reading.worst(
                        "B2", "p99 <= 1.4 x oracle's at 16 gateways", against(many, Peers.ORACLE, Column.P99, 1.4)),
                Reading.worst("B2", "p99 <= 0.9 x best peer's at 20-100 nodes", againstBest(large, Column.P99, 0.9)),
                Reading.worst("B2", "p99 <= 1.0 x best peer's at 4-8 nodes", againstBest(small, Column.P99, 1)),
                Reading.worst(
                        "B2",
                        "p99 <= 0.3 x plain least requests' at 16 gateways",
                        against(many, "least-requests", Column.P99, 0.3)),
                withLowest("p50 <= 1.05 x best peer's", all, Column.P50),
                withLowest("mean <= 1.05 x best peer's", all, Column.MEAN));
    }

    /** B3. */
    List<Verdict> mixedSizes() {
        List<Cell> all = rows.cells(is("mixed-sizes").and(cell -> cell.load() == 0.9));
        List<Cell> large = all.stream()
                .filter(cell -> cell.nodes() == 100 && !cell.kind().equals("batch"))
                .toList();
        List<Cell> small = all.stream()
                .filter(cell -> cell.nodes() <= 8 && cell.kind().equals("batch"))
                .toList();
        List<Cell> both = Stream.concat(large.stream(), small.stream()).toList();
        return List.of(
                Reading.each(
                        "B3",
                        "mixed sizes: p99 <= 0.75 x best peer's at 100 nodes (ps, fifo)",
                        againstBest(large, Column.P99, 0.75)),
                Reading.each(
                        "B3", "p99 <= 0.95 x best peer's at 4-8 batch nodes", againstBest(small, Column.P99, 0.95)),
                Reading.each("B3", "mean <= 1.0 x best peer's in both", againstBest(both, Column.MEAN, 1)),
                Reading.each(
                        "B3",
                        "small requests' p99 <= 0.8 x best peer's in both",
                        againstBest(both, Column.SMALL_P99, 0.8)));
    }

    /** B4. */
    List<Verdict> gateways() {
        List<Reading> readings = new ArrayList<>();
        for (Cell eight : rows.cells(is("neighbours").and(cell -> cell.gateways() == 8 && cell.load() == 0.9))) {
            ratioOfRatios(eight, eight.gateways(1), 1.25).ifPresent(readings::add);
        }
        return List.of(Reading.worst(
                "B4", "neighbours at load 0.9: p99 over the oracle's with 8 gateways <= 1.25 x that with 1", readings));
    }

    /** B10. */
    List<Verdict> rise() {
        List<Reading> readings = new ArrayList<>();
        for (Cell high : rows.cells(cell -> cell.load() == 0.9)) {
            ratioOfRatios(high, high.load(0.7), 1.1).ifPresent(readings::add);
        }
        return List.of(Reading.worst(
                "B10", "from load 0.7 to 0.9 p99 rises by <= 1.1 x what the oracle's does, in every cell", readings));
    }

    /** B12. */
    List<Verdict> polls() {
        List<Reading> readings = new ArrayList<>();
        for (Cell cell : rows.cells()) {
            rows.figure(cell, OURS, Row::pollsPerRequest)
                    .map(spread -> Reading.atMost(0.1, in(cell), spread))
                    .ifPresent(readings::add);
        }
        return List.of(Reading.worst("B12", "<= 0.1 probes and polls per request", readings));
    }

    /** Ours over another policy, in cells where both are. */
    List<Reading> against(List<Cell> cells, String policy, Column column, double limit) {
        return cells.stream()
                .flatMap(cell -> against(cell, policy, column, limit).stream())
                .toList();
    }

    private Optional<Reading> against(Cell cell, String policy, Column column, double limit) {
        return rows.ratio(new Subject(cell, OURS), new Subject(cell, policy), column)
                .map(ratio -> Reading.atMost(limit, "(" + policy + ") " + in(cell), ratio));
    }

    /** Ours over the peer whose p99 is the lowest in the cell, whatever the figure. */
    private List<Reading> againstBest(List<Cell> cells, Column column, double limit) {
        return cells.stream()
                .flatMap(cell -> rows.best(cell, Peers::isPeer, Column.P99).stream()
                        .flatMap(peer -> against(cell, peer, column, limit).stream()))
                .toList();
    }

    /** Beside it, how many cells would hold against the lowest figure that any peer has. */
    private Verdict withLowest(String text, List<Cell> cells, Column column) {
        Verdict verdict = Reading.worst("B2", text, againstBest(cells, column, 1.05));
        List<Reading> lowest = cells.stream()
                .flatMap(cell -> rows.best(cell, Peers::isPeer, column).stream()
                        .flatMap(peer -> against(cell, peer, column, 1.05).stream()))
                .toList();
        if (lowest.isEmpty()) {
            return verdict;
        }
        String more = "; against the lowest of any peer %d of %d"
                .formatted(lowest.stream().filter(Reading::holds).count(), lowest.size());
        return new Verdict(verdict.bar(), verdict.text(), verdict.measured() + more, verdict.state());
    }

    /** Ours over the oracle's in one cell, over the same in another; the range is that of the first over the second's mean. */
    private Optional<Reading> ratioOfRatios(Cell one, Cell two, double limit) {
        Optional<Spread> above = toOracle(one);
        Optional<Spread> below = toOracle(two);
        if (above.isEmpty() || below.isEmpty()) {
            return Optional.empty();
        }
        double scale = below.get().mean();
        Spread ratio = new Spread(
                above.get().mean() / scale,
                above.get().min() / scale,
                above.get().max() / scale);
        return Optional.of(Reading.atMost(limit, in(one), ratio));
    }

    private Optional<Spread> toOracle(Cell cell) {
        return rows.ratio(new Subject(cell, OURS), new Subject(cell, Peers.ORACLE), Column.P99);
    }

    private static Predicate<Cell> is(String scenario) {
        return cell -> cell.scenario().equals(scenario);
    }

    private static String in(Cell cell) {
        return "in " + cell;
    }
}
