package dev.evenkeel.benchmarks.sidebyside;

import dev.evenkeel.benchmarks.report.Spread;
import dev.evenkeel.benchmarks.report.Table;
import dev.evenkeel.benchmarks.sidebyside.Rows.Place;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The bars, and how they stand by the rows: every bar is a row, measured or not. A median over the repeats is judged.
 *
 * <p>Nothing is judged on fewer than {@value Contest#REPEATS} repeats that ours and its peers have in common. Who those are
 * does not depend on who was run: {@code haproxy-leastconn-tuned}, {@code haproxy-leastconn-patient},
 * {@code haproxy-random2-tuned}, {@code nginx-least-conn-tuned}, {@code nginx-random2-tuned} and {@code stock-gateway}; where peers that are fed by our
 * report count, {@code haproxy-leastconn-fed}, {@code haproxy-leastconn-patient-fed} and {@code weighted-least-requests}; for round robin's throughput
 * {@code round-robin} and {@code stock-gateway}; and everybody else who was run beside ours, if only once.
 */
final class Verdicts {

    /** What G1 and G2 ask for. */
    static final double LOAD = 0.8;

    /** What G6 asks for. */
    private static final double KNEE_RATIO = 1.1;

    private static final String NOT_MEASURED = "not measured";

    /** Peers without our report that no verdict does without. */
    static final List<String> REQUIRED = List.of(
            "haproxy-leastconn-tuned",
            "haproxy-leastconn-patient",
            "haproxy-random2-tuned",
            "nginx-least-conn-tuned",
            "nginx-random2-tuned",
            Subjects.STOCK);

    /** The same of those that are fed by it. */
    static final List<String> REQUIRED_FED =
            List.of("haproxy-leastconn-fed", "haproxy-leastconn-patient-fed", "weighted-least-requests");

    /** And whose throughput ours is held against. */
    static final List<String> ROUND_ROBIN = List.of("round-robin", Subjects.STOCK);

    /** Whom a bar holds us against: those without whom it is not judged, and who else counts. */
    private record Peers(List<String> required, Predicate<String> who) {

        static final Peers ALL = new Peers(REQUIRED, Verdicts::isPeer);
        static final Peers UNFED = new Peers(REQUIRED, Subjects::isUnfedPeer);
        static final Peers FED = new Peers(REQUIRED_FED, Subjects::isFed);
        static final Peers FED_AND_UNFED = new Peers(
                Stream.concat(REQUIRED.stream(), REQUIRED_FED.stream()).toList(), Verdicts::isPeer);
        static final Peers STOCK = new Peers(List.of(Subjects.STOCK), _ -> false);
    }

    private final Rows rows;
    private final Overhead overhead;
    private final Map<Scenario, Map<String, Double>> simulatedKnees;
    private final Table table = new Table("bar", "what", "measured", "met / not met");

    /** @param simulatedKnees by policy, as {@link Prediction#knees} */
    Verdicts(Rows rows, Overhead overhead, Map<Scenario, Map<String, Double>> simulatedKnees) {
        this.rows = rows;
        this.overhead = overhead;
        this.simulatedKnees = Map.copyOf(simulatedKnees);
    }

    String markdown() {
        latency(Scenario.NEIGHBOURS);
        latency(Scenario.UNEVEN);
        Place mixed = new Place(Scenario.MIXED, LOAD);
        ratio("G2", "small requests' p99 <= 0.8 x the best peer's", mixed, "small_p99", Peers.ALL, 0.8);
        ratio("G2", "all requests' p99 <= 0.95 x the best peer's", mixed, "p99", Peers.ALL, 0.95);
        Place uniform = new Place(Scenario.UNIFORM, LOAD);
        ratio("G3", "uniform: p99 <= 1.05 x the best peer's", uniform, "p99", Peers.ALL, 1.05);
        throughput();
        failed(Scenario.STALL);
        failed(Scenario.KILL);
        overhead.judge(table);
        Scenario.KNEES.forEach(this::knee);
        return table.markdown();
    }

    private static boolean isPeer(String subject) {
        return !subject.equals(Subjects.OURS);
    }

    private void latency(Scenario scenario) {
        Place place = new Place(scenario, LOAD);
        String in = scenario.id() + ": ";
        ratio("G1", in + "p99 <= 0.75 x the best peer's without our report", place, "p99", Peers.UNFED, 0.75);
        ratio("G1", in + "p99 <= 0.95 x the best peer's fed by our report", place, "p99", Peers.FED, 0.95);
        ratio("G1", in + "p99 <= 0.4 x stock round robin's", place, "p99", Peers.STOCK, 0.4);
        ratio("G1", in + "p50 <= 1.05 x the best's", place, "p50", Peers.FED_AND_UNFED, 1.05);
    }

    private void ratio(String bar, String what, Place place, String figure, Peers peers, double limit) {
        Contest contest = new Contest(rows, place, figure, peers.required(), peers.who());
        if (isMissing(bar, what, contest.missing())) {
            return;
        }
        String best = contest.best(Comparator.naturalOrder());
        Spread ratio = contest.ratio(best);
        table.row(bar, what, ratio.text(2) + " of " + best + "'s" + of(contest), met(ratio.median() <= limit));
    }

    /** A row of its own where something is missing. */
    private boolean isMissing(String bar, String what, Optional<String> missing) {
        missing.ifPresent(why -> table.row(bar, what, why, NOT_MEASURED));
        return missing.isPresent();
    }

    private static String of(Contest contest) {
        return ", " + contest.repeats().size() + " repeats";
    }

    private void throughput() {
        String what = "uniform: throughput >= 0.98 x round robin's";
        Place place = new Place(Scenario.THROUGHPUT, SideBySide.ALL_THEY_CAN);
        Contest contest = new Contest(rows, place, "per_second", ROUND_ROBIN, _ -> false);
        if (isMissing("G3", what, contest.missing())) {
            return;
        }
        String best = contest.best(Comparator.reverseOrder());
        Spread ratio = contest.ratio(best);
        double failed = rows.judged(Scenario.THROUGHPUT).of(place, Subjects.OURS).stream()
                .mapToDouble(row -> row.get(Row.FAILED))
                .sum();
        table.row(
                "G3",
                what,
                ratio.text(3) + " of " + best + "'s"
                        + (failed == 0 ? "" : String.format(Locale.ROOT, ", %.0f failed", failed)) + of(contest),
                met(ratio.median() >= 0.98 && failed == 0));
    }

    private void failed(Scenario scenario) {
        Rows here = rows.judged(scenario);
        List<Place> places = here.places(scenario);
        if (places.isEmpty()) {
            table.row("G4", scenario.id() + ": failed requests 0", "no rows", NOT_MEASURED);
        }
        for (Place place : places) {
            String what = String.format(Locale.ROOT, "%s at %.2f: failed requests 0", scenario.id(), place.load());
            Contest contest = new Contest(rows, place, Row.FAILED, REQUIRED, Verdicts::isPeer);
            if (isMissing("G4", what, contest.missing())) {
                continue;
            }
            String best = contest.everyPeer().stream()
                    .min(Comparator.comparingInt(contest::sum)
                            .thenComparingDouble(peer -> here.median(place, peer, "p99")))
                    .orElseThrow();
            int requests = here.of(place, Subjects.OURS).stream()
                    .filter(row -> contest.repeats().contains(row.repeat()))
                    .mapToInt(row -> (int) row.get("requests"))
                    .sum();
            int ours = contest.sum(Subjects.OURS);
            table.row(
                    "G4",
                    what,
                    "%d of %d, p99 %s ms; fewest of a peer: %d, p99 %s ms (%s)"
                                    .formatted(
                                            ours,
                                            requests,
                                            p99Text(place, Subjects.OURS),
                                            contest.sum(best),
                                            p99Text(place, best),
                                            best)
                            + of(contest),
                    met(ours == 0));
        }
    }

    private String p99Text(Place place, String subject) {
        return rows.judged(place.scenario())
                .spread(place, subject, "p99")
                .map(p99 -> p99.text(0))
                .orElse("-");
    }

    private void knee(Scenario scenario) {
        String what = scenario.id() + ": highest load with p99 <= 5 x the lone latency: >= 1.1 x the best peer's";
        Rows here = rows.judged(scenario);
        List<Place> places = here.places(scenario);
        Set<String> peers = new LinkedHashSet<>(REQUIRED);
        places.forEach(
                place -> here.subjects(place).stream().filter(Verdicts::isPeer).forEach(peers::add));
        if (isMissing("G6", what, missingToKnees(scenario, here))) {
            return;
        }
        Contest contest = Contest.ofKnees(scenario, here, peers);
        if (isMissing("G6", what, contest.missing())) {
            return;
        }
        String best = contest.best(Comparator.reverseOrder());
        Spread theirs = contest.spread(best);
        Spread ours = contest.spread(Subjects.OURS);
        Spread ratio = contest.ratio(best);
        double lowest = places.getFirst().load();
        double highest = places.getLast().load();
        // a knee outside the loads that were run is not known; a ratio that is as low as it can be, and enough, is
        boolean isRatioTheLeast = theirs.least() <= lowest || ours.least() < lowest || ours.most() >= highest;
        boolean isOutside = theirs.most() >= highest || (isRatioTheLeast && ratio.median() < KNEE_RATIO);
        String measured;
        String verdict;
        if (ours.median() < lowest) {
            measured = String.format(Locale.ROOT, "ours is above that at %.2f, the lowest load, already", lowest);
            verdict = met(false);
        } else if (isOutside) {
            measured = String.format(
                    Locale.ROOT, "a knee is outside the loads that were run, %.2f to %.2f", lowest, highest);
            verdict = NOT_MEASURED;
        } else {
            measured = ratio.text(2) + " of " + best + "'s";
            verdict = met(ratio.median() >= KNEE_RATIO);
        }
        table.row("G6", what, measured + "; " + kneesText(scenario, contest, lowest) + of(contest), verdict);
    }

    private String kneesText(Scenario scenario, Contest contest, double lowest) {
        Map<String, Double> simulated = simulatedKnees.getOrDefault(scenario, Map.of());
        return Stream.concat(Stream.of(Subjects.OURS), contest.everyPeer().stream())
                .map(subject -> subject + " " + kneeText(contest.spread(subject), lowest)
                        + Optional.ofNullable(simulated.get(subject))
                                .map(knee -> String.format(Locale.ROOT, " (simulated %.2f)", knee))
                                .orElse(""))
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private static String kneeText(Spread knees, double lowest) {
        return knees.most() <= lowest ? String.format(Locale.ROOT, "at most %.2f", lowest) : knees.text(2);
    }

    private static Optional<String> missingToKnees(Scenario scenario, Rows here) {
        if (here.places(scenario).isEmpty()) {
            return Optional.of("no rows");
        }
        long lone = here.nodesRuns(scenario, "p50");
        return lone < Contest.REPEATS
                ? Optional.of("lacks a lone request's latency (%d of %d repeats)".formatted(lone, Contest.REPEATS))
                : Optional.empty();
    }

    static String met(boolean met) {
        return met ? "met" : "not met";
    }
}
