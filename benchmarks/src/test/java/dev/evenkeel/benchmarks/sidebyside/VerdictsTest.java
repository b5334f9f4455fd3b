package dev.evenkeel.benchmarks.sidebyside;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class VerdictsTest {

    private static final List<String> EVERYBODY = Stream.of(
                    List.of(Subjects.OURS), Verdicts.REQUIRED, Verdicts.REQUIRED_FED, List.of("round-robin"))
            .flatMap(List::stream)
            .toList();

    private static final List<Double> LOADS = List.of(0.6, 0.8);

    private final List<Row> rows = new ArrayList<>();

    @Test
    void everyBarIsARowWhereNothingWasRun() {
        List<String> lines = lines();

        assertThat(lines.stream().map(line -> line.substring(2, 4)).toList())
                .containsExactly(
                        "G1", "G1", "G1", "G1", "G1", "G1", "G1", "G1", "G2", "G2", "G3", "G3", "G4", "G4", "G5", "G5",
                        "G5", "G6", "G6", "G6");
        assertThat(lines).allSatisfy(line -> assertThat(line).endsWith("| no rows | not measured |"));
    }

    @Test
    void whoIsBestIsJudgedAndRepeatsAreTold() {
        runAll("uneven", 0.8, subject -> subject.equals(Subjects.OURS) ? 100.0 : 200);
        replace("uneven", 0.8, "haproxy-leastconn-fed", 90);

        assertThat(lines())
                .contains(
                        "| G1 | uneven: p99 <= 0.75 x the best peer's without our report"
                                + " | 0.50 (0.50 to 0.50) of haproxy-leastconn-tuned's, 5 repeats | met |",
                        "| G1 | uneven: p99 <= 0.95 x the best peer's fed by our report"
                                + " | 1.11 (1.11 to 1.11) of haproxy-leastconn-fed's, 5 repeats | not met |");
    }

    /** Nobody looks good because a better one was left out, or ran less often. */
    @Test
    void aPeerThatIsAskedForAndWasNotRunLeavesABarUnmeasured() {
        runAll("uneven", 0.8, subject -> subject.equals(Subjects.OURS) ? 10.0 : 200);
        rows.removeIf(row -> row.subject().equals("nginx-random2-tuned"));

        assertThat(bar("uneven: p99 <= 0.75"))
                .endsWith("| lacks nginx-random2-tuned (0 of 5 repeats) | not measured |");
        assertThat(bar("uneven: p99 <= 0.95")).endsWith("| met |");
    }

    @Test
    void oneRepeatTooFewLeavesABarUnmeasured() {
        runAll("uneven", 0.8, subject -> subject.equals(Subjects.OURS) ? 10.0 : 200);
        rows.removeIf(row -> row.subject().equals(Subjects.STOCK) && row.repeat() == 5);
        assertThat(bar("uneven: p99 <= 0.4")).endsWith("| lacks stock-gateway (4 of 5 repeats) | not measured |");

        rows.add(row("uneven", 0.8, Subjects.STOCK, 6, Map.of("p99", 200.0)));
        assertThat(bar("uneven: p99 <= 0.4")).endsWith("| 4 of 5 repeats in common | not measured |");
    }

    @Test
    void onePeerMoreThatRanOnceOnlyIsNotOverlooked() {
        runAll("uneven", 0.8, subject -> subject.equals(Subjects.OURS) ? 10.0 : 200);
        rows.add(row("uneven", 0.8, "random", 1, Map.of("p99", 5.0)));

        assertThat(bar("uneven: p99 <= 0.75")).endsWith("| lacks random (1 of 5 repeats) | not measured |");
    }

    /** The first repeat of one day and the first of another had neither the machine nor the code in common. */
    @Test
    void rowsOfTwoSessionsAreNotPaired() {
        runAll("uneven", 0.8, subject -> subject.equals(Subjects.OURS) ? 10.0 : 200);
        assertThat(bar("uneven: p99 <= 0.4")).endsWith("| met |");

        rows.replaceAll(row -> row.subject().equals(Subjects.STOCK) ? inSession("r", row) : row);
        assertThat(bar("uneven: p99 <= 0.4")).endsWith("| lacks stock-gateway (0 of 5 repeats) | not measured |");

        // repeats of two sessions do not add up to five
        rows.replaceAll(row -> inSession(row.repeat() <= 2 ? "r" : "s", row));
        assertThat(bar("uneven: p99 <= 0.4"))
                .endsWith("| lacks least-work (3 of 5 repeats), stock-gateway (3 of 5 repeats) | not measured |");
    }

    private static Row inSession(String session, Row row) {
        return new Row(session, row.scenario(), row.load(), row.subject(), row.repeat(), row.figures());
    }

    @Test
    void aFigureThatRowsDoNotHaveIsNoneAndNotZero() {
        runAll("uneven", 0.8, _ -> 100.0);
        rows.replaceAll(row -> row.subject().equals(Subjects.OURS)
                ? row(row.scenario(), row.load(), row.subject(), row.repeat(), Map.of("p50", 1.0))
                : row);

        assertThat(bar("uneven: p99 <= 0.4")).endsWith("| lacks least-work (0 of 5 repeats) | not measured |");
    }

    @Test
    void anotherLoadThanTheBarsIsNone() {
        runAll("mixed", 0.5, subject -> subject.equals(Subjects.OURS) ? 10.0 : 200);

        assertThat(bar("all requests' p99")).endsWith("| no rows | not measured |");
    }

    @Test
    void nothingThatFailedIsMetOnlyWhereSomethingWasSent() {
        EVERYBODY.forEach(subject ->
                repeats().forEach(repeat -> rows.add(row("kill", 0.6, subject, repeat, Map.of(Row.FAILED, 0.0)))));
        assertThat(bar("kill at 0.60")).endsWith("| no rows | not measured |");

        rows.clear();
        EVERYBODY.forEach(subject -> repeats()
                .forEach(repeat -> rows.add(
                        row("kill", 0.6, subject, repeat, Map.of(Row.FAILED, 0.0, "requests", 90.0, "p99", 70.0)))));
        assertThat(bar("kill at 0.60"))
                .contains("0 of 450, p99 70 (70 to 70) ms; ")
                .endsWith("5 repeats | met |");

        replace("kill", 0.6, Subjects.OURS, Map.of(Row.FAILED, 1.0, "requests", 90.0, "p99", 70.0));
        assertThat(bar("kill at 0.60"))
                .contains("5 of 450, p99 70 (70 to 70) ms; ")
                .endsWith("5 repeats | not met |");
    }

    /** Where nobody fails, how long it took tells peers apart. */
    @Test
    void ofPeersThatFailAsFewTheOneOfTheBestP99StandsBeside() {
        EVERYBODY.forEach(
                subject -> run("stall", 0.6, subject, Map.of(Row.FAILED, 0.0, "requests", 90.0, "p99", 800.0)));
        replace("stall", 0.6, Subjects.STOCK, Map.of(Row.FAILED, 0.0, "requests", 90.0, "p99", 300.0));
        replace("stall", 0.6, "round-robin", Map.of(Row.FAILED, 9.0, "requests", 90.0, "p99", 200.0));

        assertThat(bar("stall at 0.60"))
                .contains("0 of 450, p99 800 (800 to 800) ms; fewest of a peer: 0, p99 300 (300 to 300) ms"
                        + " (stock-gateway), 5 repeats | met |");
    }

    /** Who refuses clients keeps fewer waiting, and is no faster for that. */
    @Test
    void throughputIsHeldAgainstTheFasterRoundRobinAndTakesEverybody() {
        EVERYBODY.forEach(subject -> run("throughput", 1, subject, Map.of("per_second", 100.0, Row.FAILED, 0.0)));
        replace("throughput", 1, "round-robin", Map.of("per_second", 90.0, Row.FAILED, 0.0));
        assertThat(bar("throughput")).endsWith("| 1.000 (1.000 to 1.000) of stock-gateway's, 5 repeats | met |");

        replace("throughput", 1, Subjects.OURS, Map.of("per_second", 100.0, Row.FAILED, 2.0));
        assertThat(bar("throughput")).endsWith("'s, 10 failed, 5 repeats | not met |");
    }

    @Test
    void theSimulatorsKneeStandsBesideTheMeasuredOne() {
        loneTakes20Ms();
        runAll("knee-uniform", 0.6, subject -> subject.equals(Subjects.OURS) ? 50.0 : 100);
        runAll("knee-uniform", 0.8, subject -> subject.equals(Subjects.OURS) ? 150.0 : 300);

        assertThat(bar("highest load"))
                .contains("| 1.17 (1.17 to 1.17) of haproxy-leastconn-tuned's; ")
                .contains("least-work 0.70 (0.70 to 0.70) (simulated 0.75), nginx-least-conn-tuned at most 0.60")
                .endsWith(", 5 repeats | met |");
    }

    /** A load that a peer was not run at once made its knee 0, and ours infinitely better. */
    @Test
    void aPeerThatLacksALoadLeavesTheKneeUnmeasured() {
        loneTakes20Ms();
        LOADS.forEach(load -> runAll("knee-uniform", load, _ -> 100 * load));
        rows.removeIf(row -> row.subject().equals(Subjects.STOCK) && row.load() == 0.8);

        assertThat(bar("highest load")).endsWith("| lacks stock-gateway (0 of 5 repeats) | not measured |");
    }

    @Test
    void aKneeOutsideTheLoadsIsNotKnown() {
        loneTakes20Ms();
        LOADS.forEach(load -> runAll("knee-uniform", load, _ -> 50.0));

        assertThat(bar("highest load"))
                .contains("| a knee is outside the loads that were run, 0.60 to 0.80; ")
                .endsWith("| not measured |");
    }

    @Test
    void oursAboveTheLimitAtTheLowestLoadIsNotMet() {
        loneTakes20Ms();
        LOADS.forEach(load -> runAll("knee-uniform", load, _ -> 101.0));

        assertThat(bar("highest load"))
                .contains("| ours is above that at 0.60, the lowest load, already; ")
                .endsWith("| not met |");
    }

    /** A peer that was above the limit at the lowest load had a knee of 0, and with it the bar was not measured. */
    @Test
    void aPeersKneeBelowTheLoadsIsAtMostTheLowestOfThem() {
        loneTakes20Ms();
        LOADS.forEach(load -> runAll("knee-uniform", load, subject -> subject.equals(Subjects.OURS) ? 50.0 : 101));
        assertThat(bar("highest load"))
                .contains("| 1.33 (1.33 to 1.33) of haproxy-leastconn-tuned's; ")
                .endsWith("| met |");

        rows.removeIf(row -> !row.subject().equals(SideBySide.NODES));
        runAll("knee-uniform", 0.6, subject -> subject.equals(Subjects.OURS) ? 90.0 : 101);
        runAll("knee-uniform", 0.8, _ -> 130.0);
        assertThat(bar("highest load"))
                .as("1.08 of what theirs is at most is not known to be too little")
                .endsWith("| not measured |");
    }

    @Test
    void withoutALoneRequestThereIsNoKnee() {
        LOADS.forEach(load -> runAll("knee-uniform", load, _ -> 100 * load));

        assertThat(bar("highest load")).endsWith("| lacks a lone request's latency (0 of 5 repeats) | not measured |");
    }

    /** A peer that was slow in one repeat had neighbours at a bad time; ours had them at the same time. */
    @Test
    void kneesAreComparedRepeatByRepeat() {
        loneTakes20Ms();
        for (int repeat : repeats()) {
            double noise = repeat * 10.0;
            EVERYBODY.forEach(subject -> {
                boolean isOurs = subject.equals(Subjects.OURS);
                rows.add(row("knee-uniform", 0.6, subject, repeat, Map.of("p99", (isOurs ? 20 : 40) + noise)));
                rows.add(row("knee-uniform", 0.8, subject, repeat, Map.of("p99", (isOurs ? 120 : 240) + noise)));
            });
        }

        // by repeat: (100 - noise - 20) / 100 and (100 - noise - 40) / 200 of the way from 0.6 to 0.8
        assertThat(bar("highest load"))
                .contains("| 1.11 (1.08 to 1.14) of haproxy-leastconn-tuned's; ")
                .contains("least-work 0.70 (0.66 to 0.74) (simulated 0.75), nginx-least-conn-tuned 0.63 (0.61 to 0.65)")
                .endsWith(", 5 repeats | met |");
    }

    private void loneTakes20Ms() {
        repeats().forEach(repeat -> rows.add(row("knee-uniform", 1, SideBySide.NODES, repeat, Map.of("p50", 20.0))));
    }

    private static List<Integer> repeats() {
        return IntStream.rangeClosed(1, Contest.REPEATS).boxed().toList();
    }

    @FunctionalInterface
    private interface Figure {
        double of(String subject);
    }

    private void runAll(String scenario, double load, Figure p99) {
        EVERYBODY.forEach(subject -> run(scenario, load, subject, Map.of("p99", p99.of(subject))));
    }

    private void replace(String scenario, double load, String subject, double p99) {
        replace(scenario, load, subject, Map.of("p99", p99));
    }

    private void replace(String scenario, double load, String subject, Map<String, Double> figures) {
        rows.removeIf(row -> row.scenario().equals(scenario) && row.subject().equals(subject));
        run(scenario, load, subject, figures);
    }

    private void run(String scenario, double load, String subject, Map<String, Double> figures) {
        repeats().forEach(repeat -> rows.add(row(scenario, load, subject, repeat, figures)));
    }

    private static Row row(String scenario, double load, String subject, int repeat, Map<String, Double> figures) {
        return new Row("s", scenario, load, subject, repeat, figures);
    }

    private String bar(String what) {
        return lines().stream().filter(line -> line.contains(what)).findFirst().orElseThrow();
    }

    private List<String> lines() {
        return new Verdicts(
                        new Rows(List.copyOf(rows)),
                        new Overhead(List.of(), List.of()),
                        Map.of(Scenario.KNEE_UNIFORM, Map.of(Subjects.OURS, 0.75)))
                .markdown()
                .lines()
                .skip(2)
                .toList();
    }
}
