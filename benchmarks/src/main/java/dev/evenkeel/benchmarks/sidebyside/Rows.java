package dev.evenkeel.benchmarks.sidebyside;

import dev.evenkeel.benchmarks.report.Spread;
import dev.evenkeel.benchmarks.run.Session;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What was measured, asked as bars and tables ask. Figures are over the repeats of one session, {@link #judged}. */
record Rows(List<Row> all) {

    /** Latencies at one load of a scenario; a failed request counts as the time limit in them. */
    record Place(Scenario scenario, double load) {

        boolean has(Row row) {
            return row.isOf(scenario) && row.load() == load;
        }
    }

    /**
     * The rows that a scenario is judged by: of the newest session in which ours was run in it, or anybody where ours never
     * was, and that is no screening. Rows of two sessions are not compared.
     */
    Rows judged(Scenario scenario) {
        List<String> ours = judging(sessions(scenario, Subjects.OURS::equals));
        List<String> sessions = ours.isEmpty() ? judging(sessions(scenario)) : ours;
        return of(scenario, sessions.isEmpty() ? "" : sessions.getLast());
    }

    private static List<String> judging(List<String> sessions) {
        return sessions.stream()
                .filter(session -> !new Session(session).isScreening())
                .toList();
    }

    /** Those of a scenario that are of one session. */
    Rows of(Scenario scenario, String session) {
        return new Rows(all.stream()
                .filter(row -> row.isOf(scenario) && row.session().equals(session))
                .toList());
    }

    /** Those in which somebody was run in a scenario, by time. */
    List<String> sessions(Scenario scenario) {
        return sessions(scenario, subject -> !subject.equals(SideBySide.NODES));
    }

    private List<String> sessions(Scenario scenario, Predicate<String> who) {
        return all.stream()
                .filter(row -> row.isOf(scenario) && who.test(row.subject()))
                .map(Row::session)
                .distinct()
                .sorted()
                .toList();
    }

    /** Where a scenario was run, by rising load. */
    List<Place> places(Scenario scenario) {
        return all.stream()
                .filter(row -> row.isOf(scenario) && !row.subject().equals(SideBySide.NODES))
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

    /** A figure of one subject, of the runs that have it; empty where none has. */
    Optional<Spread> spread(Place place, String subject, String figure) {
        double[] figures = of(place, subject).stream()
                .mapToDouble(row -> row.get(figure))
                .filter(Double::isFinite)
                .toArray();
        return figures.length == 0 ? Optional.empty() : Optional.of(Spread.of(figures));
    }

    /** The median of {@link #spread}; NaN where there is none. */
    double median(Place place, String subject, String figure) {
        return spread(place, subject, figure).map(Spread::median).orElse(Double.NaN);
    }

    /** A figure of the nodes without anything before them; empty where it was not measured. */
    Optional<Spread> nodes(Scenario scenario, String figure) {
        return spread(new Place(scenario, SideBySide.ALL_THEY_CAN), SideBySide.NODES, figure);
    }

    /** Before how many repeats that was measured. */
    long nodesRuns(Scenario scenario, String figure) {
        return of(new Place(scenario, SideBySide.ALL_THEY_CAN), SideBySide.NODES).stream()
                .filter(row -> row.get(figure) > 0)
                .count();
    }

    /**
     * As {@link Knee#of}, in one repeat, by what a lone request took before it. Who is above the limit at a load is not run
     * at higher ones; empty where the subject lacks a load below that, or a lone request's latency is not known.
     */
    OptionalDouble knee(Scenario scenario, String subject, int repeat) {
        Rows here = new Rows(all.stream()
                .filter(row -> row.isOf(scenario) && row.repeat() == repeat)
                .toList());
        Optional<Spread> lone = here.nodes(scenario, "p50");
        if (lone.isEmpty()) {
            return OptionalDouble.empty();
        }
        double limit = Knee.limit(lone.get().median());
        List<Place> places = places(scenario);
        List<Knee.Point> points = places.stream()
                .map(place -> new Knee.Point(place.load(), here.median(place, subject, "p99")))
                .takeWhile(point -> Double.isFinite(point.p99()))
                .toList();
        boolean isKnown = points.size() == places.size() || points.stream().anyMatch(point -> point.p99() > limit);
        return isKnown ? Knee.of(points, limit) : OptionalDouble.empty();
    }
}
