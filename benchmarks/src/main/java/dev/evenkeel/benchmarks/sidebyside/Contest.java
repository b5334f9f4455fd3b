package dev.evenkeel.benchmarks.sidebyside;

import dev.evenkeel.benchmarks.report.Spread;
import dev.evenkeel.benchmarks.sidebyside.Rows.Place;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Ours and peers by one figure of a scenario: in the repeats that all of them have, or who lacks some. */
final class Contest {

    /** So many make a verdict. */
    static final int REPEATS = 5;

    /** Of each, ours first: the figure by repeat. */
    private final Map<String, Map<Integer, Double>> figures = new LinkedHashMap<>();

    private final List<Integer> repeats;

    /**
     * Who takes part.
     *
     * @param required peers without whom nothing is judged
     * @param who of the others counts where it was run beside ours, if only once: else a better one with a repeat too few
     *     would go unnoticed
     */
    Contest(Rows all, Place place, String figure, Collection<String> required, Predicate<String> who) {
        Rows rows = all.judged(place.scenario());
        Map<Integer, Double> ours = byRepeat(rows, place, Subjects.OURS, figure);
        figures.put(Subjects.OURS, ours);
        required.forEach(peer -> figures.put(peer, byRepeat(rows, place, peer, figure)));
        rows.subjects(place).stream()
                .filter(who)
                .filter(subject -> !figures.containsKey(subject))
                .forEach(peer -> {
                    Map<Integer, Double> theirs = byRepeat(rows, place, peer, figure);
                    if (theirs.keySet().stream().anyMatch(ours::containsKey)) {
                        figures.put(peer, theirs);
                    }
                });
        repeats = common();
    }

    private Contest(Map<String, Map<Integer, Double>> figures) {
        this.figures.putAll(figures);
        repeats = common();
    }

    /**
     * By their knees, which are of all loads together. A peer whose knee is below the lowest load is credited with that load:
     * it can only be worse.
     *
     * @param rows of the scenario, of one session, at one load or more
     * @param peers everybody but ours who takes part
     */
    static Contest ofKnees(Scenario scenario, Rows rows, Collection<String> peers) {
        double lowest = rows.places(scenario).getFirst().load();
        Map<String, Map<Integer, Double>> knees = new LinkedHashMap<>();
        Stream.concat(Stream.of(Subjects.OURS), peers.stream()).forEach(subject -> {
            double least = subject.equals(Subjects.OURS) ? 0 : lowest;
            Map<Integer, Double> byRepeat = new HashMap<>();
            rows.all().stream()
                    .map(Row::repeat)
                    .distinct()
                    .forEach(repeat -> rows.knee(scenario, subject, repeat)
                            .ifPresent(knee -> byRepeat.put(repeat, Math.max(knee, least))));
            knees.put(subject, byRepeat);
        });
        return new Contest(knees);
    }

    private List<Integer> common() {
        return figures.getOrDefault(Subjects.OURS, Map.of()).keySet().stream()
                .filter(repeat -> figures.values().stream().allMatch(each -> each.containsKey(repeat)))
                .sorted()
                .toList();
    }

    private static Map<Integer, Double> byRepeat(Rows rows, Place place, String subject, String figure) {
        Map<Integer, Double> byRepeat = new HashMap<>();
        rows.of(place, subject).stream()
                .filter(row -> isMeasured(row, figure))
                .forEach(row -> byRepeat.put(row.repeat(), row.get(figure)));
        return byRepeat;
    }

    /** Nothing but failures can be none: a latency or a rate of 0 was not measured. */
    private static boolean isMeasured(Row row, String figure) {
        return figure.equals(Row.FAILED) ? row.get(Row.FAILED) >= 0 && row.get("requests") > 0 : row.get(figure) > 0;
    }

    /** Why there is no verdict; empty where there is enough for one. */
    Optional<String> missing() {
        if (figures.values().stream().allMatch(Map::isEmpty)) {
            return Optional.of("no rows");
        }
        String lacking = figures.entrySet().stream()
                .filter(each -> each.getValue().size() < REPEATS)
                .map(each -> "%s (%d of %d repeats)"
                        .formatted(each.getKey(), each.getValue().size(), REPEATS))
                .collect(Collectors.joining(", "));
        if (!lacking.isEmpty()) {
            return Optional.of("lacks " + lacking);
        }
        return repeats.size() < REPEATS
                ? Optional.of("%d of %d repeats in common".formatted(repeats.size(), REPEATS))
                : Optional.empty();
    }

    /** Those that all have. */
    List<Integer> repeats() {
        return repeats;
    }

    /** The peer of the best median; the first of those that are equally good. */
    String best(Comparator<Double> better) {
        return peers().min(Comparator.comparing(peer -> spread(peer).median(), better))
                .orElseThrow();
    }

    private Stream<String> peers() {
        return figures.keySet().stream().filter(subject -> !subject.equals(Subjects.OURS));
    }

    /** Of one who takes part. */
    Spread spread(String subject) {
        return Spread.of(repeats, repeat -> figure(subject, repeat));
    }

    /** Over the repeats together. */
    int sum(String subject) {
        return (int)
                repeats.stream().mapToDouble(repeat -> figure(subject, repeat)).sum();
    }

    /** Ours over theirs, repeat by repeat: the arrivals of a repeat are the same. */
    Spread ratio(String peer) {
        return Spread.of(repeats, repeat -> figure(Subjects.OURS, repeat) / figure(peer, repeat));
    }

    /** Everybody who takes part but ours. */
    List<String> everyPeer() {
        return peers().toList();
    }

    private double figure(String subject, int repeat) {
        return figures.getOrDefault(subject, Map.of()).getOrDefault(repeat, Double.NaN);
    }
}
