package dev.evenkeel.benchmarks.sidebyside;

import dev.evenkeel.benchmarks.report.Spread;
import dev.evenkeel.benchmarks.report.Table;
import dev.evenkeel.benchmarks.sidebyside.Rows.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The bars, and how they stand by the rows. A median over the repeats is judged; what was not run is said to be so. */
final class Verdicts {

    private final Rows rows;
    private final Overhead overhead;
    private final Map<String, Double> simulatedKnees;
    private final Table table = new Table("bar", "what", "measured", "met / not met");

    /** @param simulatedKnees by policy, as {@link Prediction#knees} */
    Verdicts(Rows rows, Overhead overhead, Map<String, Double> simulatedKnees) {
        this.rows = rows;
        this.overhead = overhead;
        this.simulatedKnees = Map.copyOf(simulatedKnees);
    }

    String markdown() {
        latency("G1", Scenario.NEIGHBOURS);
        latency("G1", Scenario.UNEVEN);
        for (Place place : rows.places(Scenario.MIXED)) {
            ratio("G2", "small requests' p99 <= 0.8 x the best peer's", place, "small_p99", Verdicts::isPeer, 0.8);
            ratio("G2", "all requests' p99 <= 0.95 x the best peer's", place, "p99", Verdicts::isPeer, 0.95);
        }
        for (Place place : rows.places(Scenario.UNIFORM)) {
            ratio("G3", "uniform: p99 <= 1.05 x the best peer's", place, "p99", Verdicts::isPeer, 1.05);
        }
        for (Place place : rows.places(Scenario.THROUGHPUT)) {
            throughput(place);
        }
        for (Scenario scenario : List.of(Scenario.STALL, Scenario.KILL)) {
            for (Place place : rows.places(scenario)) {
                failed(place);
            }
        }
        overhead.judge(table);
        knee();
        return table.markdown();
    }

    private static boolean isPeer(String subject) {
        return !subject.equals(Subjects.OURS);
    }

    private void latency(String bar, Scenario scenario) {
        for (Place place : rows.places(scenario)) {
            String in = scenario.id() + ": ";
            ratio(
                    bar,
                    in + "p99 <= 0.75 x the best peer's without our report",
                    place,
                    "p99",
                    Subjects::isUnfedPeer,
                    0.75);
            ratio(bar, in + "p99 <= 0.95 x the best peer's fed by our report", place, "p99", Subjects::isFed, 0.95);
            ratio(bar, in + "p99 <= 0.4 x stock round robin's", place, "p99", Subjects.STOCK::equals, 0.4);
            ratio(bar, in + "p50 <= 1.05 x the best's", place, "p50", Verdicts::isPeer, 1.05);
        }
    }

    private void ratio(String bar, String what, Place place, String figure, Predicate<String> who, double limit) {
        Optional<String> best = rows.best(place, who, figure);
        Optional<Spread> ratio = best.flatMap(peer -> rows.ratio(place, peer, figure));
        if (ratio.isEmpty()) {
            table.row(bar, what, "-", "not measured");
            return;
        }
        table.row(
                bar,
                what,
                ratio.get().text(2) + " of " + best.orElseThrow() + "'s",
                met(ratio.get().median() <= limit));
    }

    private void throughput(Place place) {
        Optional<String> roundRobin = List.of("round-robin", Subjects.STOCK).stream()
                .filter(rows.subjects(place)::contains)
                .findFirst();
        Optional<Spread> ratio = roundRobin.flatMap(peer -> rows.ratio(place, peer, "per_second"));
        table.row(
                "G3",
                "uniform: throughput >= 0.98 x round robin's",
                ratio.map(spread -> spread.text(3) + " of " + roundRobin.orElseThrow() + "'s")
                        .orElse("-"),
                ratio.map(spread -> met(spread.median() >= 0.98)).orElse("not measured"));
    }

    private void failed(Place place) {
        int ours = failures(place, Subjects.OURS);
        Optional<String> best = rows.subjects(place).stream()
                .filter(Verdicts::isPeer)
                .min((a, b) -> Integer.compare(failures(place, a), failures(place, b)));
        table.row(
                "G4",
                place.scenario().id() + ": failed requests 0",
                "%d of %d; fewest of a peer: %s"
                        .formatted(
                                ours,
                                rows.of(place, Subjects.OURS).stream()
                                        .mapToInt(row -> (int) row.get("requests"))
                                        .sum(),
                                best.map(peer -> failures(place, peer) + " (" + peer + ")")
                                        .orElse("-")),
                met(ours == 0));
    }

    private int failures(Place place, String subject) {
        return rows.of(place, subject).stream()
                .mapToInt(row -> (int) row.get("failed"))
                .sum();
    }

    private void knee() {
        String what = "highest load with p99 <= 5 x the lone latency: >= 1.1 x the best peer's";
        Optional<Spread> lone = rows.nodes(Scenario.KNEE, "p50");
        List<Place> places = rows.places(Scenario.KNEE);
        if (lone.isEmpty() || places.isEmpty()) {
            table.row("G6", what, "-", "not measured");
            return;
        }
        double limit = Knee.LONE_LATENCIES * lone.get().median();
        List<String> knees = new ArrayList<>();
        double best = 0;
        for (String subject : rows.subjects(places.getFirst())) {
            double knee = rows.knee(subject, limit).orElse(0);
            if (isPeer(subject)) {
                best = Math.max(best, knee);
            }
            knees.add(String.format(Locale.ROOT, "%s %.2f", subject, knee)
                    + Optional.ofNullable(simulatedKnees.get(subject))
                            .map(simulated -> String.format(Locale.ROOT, " (simulated %.2f)", simulated))
                            .orElse(""));
        }
        double ours = rows.knee(Subjects.OURS, limit).orElse(0);
        table.row(
                "G6",
                what,
                String.format(Locale.ROOT, "%.2f x; p99 <= %.0f ms up to a load of ", ours / best, limit)
                        + knees.stream().sorted().collect(Collectors.joining(", ")),
                met(ours >= 1.1 * best));
    }

    static String met(boolean met) {
        return met ? "met" : "not met";
    }
}
