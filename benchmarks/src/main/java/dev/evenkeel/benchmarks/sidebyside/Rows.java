package dev.evenkeel.benchmarks.sidebyside;

import dev.evenkeel.benchmarks.report.Spread;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What was measured, asked as bars and tables ask. Figures are over repeats; quotients are taken within a repeat. */
record Rows(List<Row> all) {

    /** Latencies at one load of a scenario; a failed request counts as the time limit in them. */
    record Place(Scenario scenario, double load) {

        boolean has(Row row) {
            return row.scenario().equals(scenario.id()) && row.load() == load;
        }
    }

    /** Where a scenario was run, by rising load. */
    List<Place> places(Scenario scenario) {
        return all.stream()
                .filter(row ->
                        row.scenario().equals(scenario.id()) && !row.subject().equals(SideBySide.NODES))
                .map(Row::load)
                .distinct()
                .sorted()
                .map(load -> new Place(scenario, load))
                .toList();
    }

    /** Who was run there. */
    List<String> subjects(Place place) {
        return at(place)
                .map(Row::subject)
                .filter(subject -> !subject.equals(SideBySide.NODES))
                .distinct()
                .toList();
    }

    private Stream<Row> at(Place place) {
        return all.stream().filter(place::has);
    }

    /** Runs of one subject, by repeat. */
    List<Row> of(Place place, String subject) {
        return at(place)
                .filter(row -> row.subject().equals(subject))
                .sorted(Comparator.comparingInt(Row::repeat))
                .toList();
    }

    /** A figure of one subject; empty where it was not run. */
    Optional<Spread> spread(Place place, String subject, String figure) {
        List<Row> runs = of(place, subject);
        return runs.isEmpty() ? Optional.empty() : Optional.of(Spread.of(runs, row -> row.get(figure)));
    }

    /** Who has the least of a figure among some; empty where none of them was run. */
    Optional<String> best(Place place, Predicate<String> who, String figure) {
        return subjects(place).stream()
                .filter(who)
                .min(Comparator.comparingDouble(subject ->
                        spread(place, subject, figure).map(Spread::median).orElse(Double.MAX_VALUE)));
    }

    /** Ours over theirs, repeat by repeat: the arrivals of a repeat are the same. */
    Optional<Spread> ratio(Place place, String theirs, String figure) {
        List<Row> peer = of(place, theirs);
        double[] ratios = of(place, Subjects.OURS).stream()
                .flatMap(ours -> peer.stream()
                        .filter(row -> row.repeat() == ours.repeat())
                        .map(row -> ours.get(figure) / row.get(figure)))
                .mapToDouble(Double::doubleValue)
                .toArray();
        return ratios.length == 0 ? Optional.empty() : Optional.of(Spread.of(ratios));
    }

    /** A figure of the nodes without anything before them; empty where it was not measured. */
    Optional<Spread> nodes(Scenario scenario, String figure) {
        return spread(new Place(scenario, SideBySide.ALL_THEY_CAN), SideBySide.NODES, figure);
    }

    /** As {@link Knee#of}, by a subject's median at each load; empty where it was not run at all of them. */
    OptionalDouble knee(String subject, double limit) {
        List<Place> places = places(Scenario.KNEE);
        List<Knee.Point> points = places.stream()
                .flatMap(place ->
                        spread(place, subject, "p99").stream().map(p99 -> new Knee.Point(place.load(), p99.median())))
                .toList();
        return points.size() < places.size() ? OptionalDouble.empty() : Knee.of(points, limit);
    }
}
