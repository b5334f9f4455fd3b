package dev.evenkeel.benchmarks.sidebyside;

import dev.evenkeel.benchmarks.sidebyside.Rows.Place;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Who of all that there are is worth the long runs of a scenario, by short ones of everybody: ours, those that no verdict
 * does without, and whoever was among the best peers by a figure that a bar is about.
 */
final class Screening {

    /** So many by each figure, of those that are fed by our report and of the others. */
    static final int BEST = 3;

    private Screening() {}

    /**
     * The names of those that stay.
     *
     * @param rows of the short runs
     */
    static Set<String> kept(Rows rows, Scenario scenario) {
        Set<String> kept = new LinkedHashSet<>(List.of(Subjects.OURS));
        kept.addAll(Verdicts.REQUIRED);
        kept.addAll(Verdicts.REQUIRED_FED);
        kept.addAll(Verdicts.ROUND_ROBIN);
        for (Place place : rows.places(scenario)) {
            for (Comparator<String> order : orders(rows, place)) {
                kept.addAll(best(rows, place, order, Subjects::isUnfedPeer));
                kept.addAll(best(rows, place, order, Subjects::isFed));
            }
        }
        return Collections.unmodifiableSet(kept);
    }

    private static List<String> best(Rows rows, Place place, Comparator<String> order, Predicate<String> who) {
        return rows.subjects(place).stream()
                .filter(who)
                .sorted(order)
                .limit(BEST)
                .toList();
    }

    private static List<Comparator<String>> orders(Rows rows, Place place) {
        return switch (place.scenario()) {
            case STALL, KILL -> List.of(by(rows, place, Row.FAILED).thenComparing(by(rows, place, "p99")));
            case MIXED -> List.of(by(rows, place, "small_p99"), by(rows, place, "p99"));
            case THROUGHPUT -> List.of(by(rows, place, "per_second").reversed());
            case UNIFORM, UNEVEN, NEIGHBOURS, MANY, KNEE_UNIFORM, KNEE_UNEVEN, KNEE_NEIGHBOURS ->
                Stream.of("p50", "p99").map(figure -> by(rows, place, figure)).toList();
        };
    }

    private static Comparator<String> by(Rows rows, Place place, String figure) {
        return Comparator.comparingDouble(subject -> rows.median(place, subject, figure));
    }
}
