package dev.evenkeel.benchmarks.sidebyside;

import dev.evenkeel.benchmarks.fleet.Fleet;
import dev.evenkeel.benchmarks.report.Table;
import dev.evenkeel.benchmarks.run.Session;
import dev.evenkeel.benchmarks.sidebyside.Rows.Place;
import dev.evenkeel.simulator.cli.Charts;
import dev.evenkeel.simulator.report.BarPlot;
import dev.evenkeel.simulator.report.Plot;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code docs/benchmarks.md}, of nothing but what is kept beside it: the bars, a table for each scenario, how it was run. */
public final class Document {

    /** Those that have a chart of every subject's p99. */
    private static final List<Scenario> BARS =
            List.of(Scenario.UNIFORM, Scenario.UNEVEN, Scenario.NEIGHBOURS, Scenario.MIXED, Scenario.MANY);

    private final Store store;
    private final Rows all;

    Document(Store store) {
        this.store = store;
        this.all = new Rows(store.rows());
    }

    /** What is written, for the test that compares it with what stands there. */
    public static String of(java.nio.file.Path docs) {
        return new Document(new Store(docs)).text();
    }

    /** The document, and its charts beside the rows. */
    void write() throws IOException {
        Files.writeString(store.document(), text());
        for (Scenario scenario : BARS) {
            Rows rows = all.judged(scenario);
            for (Place place : rows.places(scenario)) {
                Charts.draw(bars(rows, place), store.folder());
            }
        }
        for (Scenario scenario : Scenario.KNEES) {
            if (hasLines(scenario)) {
                Charts.draw(lines(scenario, all.judged(scenario)), store.folder());
            }
        }
    }

    private static BarPlot bars(Rows rows, Place place) {
        return new BarPlot(
                place.scenario().id(),
                "%s, load %.2f".formatted(place.scenario().id(), place.load()),
                NAMES.getOrDefault("p99", ""),
                bySlowness(rows, place).stream()
                        .flatMap(subject -> rows.spread(place, subject, "p99").stream()
                                .map(p99 -> new BarPlot.Bar(subject, p99.median(), p99.least(), p99.most())))
                        .toList());
    }

    private boolean hasLines(Scenario scenario) {
        return all.judged(scenario).places(scenario).size() > 1;
    }

    private static Plot lines(Scenario scenario, Rows rows) {
        List<Place> places = rows.places(scenario);
        return new Plot(
                scenario.id(),
                scenario.id() + ", p99 at rising load",
                "load",
                NAMES.getOrDefault("p99", ""),
                true,
                rows.subjects(places.getFirst()).stream()
                        .map(subject -> line(rows, places, subject))
                        .toList());
    }

    /** As far as a subject was run in all repeats: the rest would be of those in which it was good. */
    private static Plot.Line line(Rows rows, List<Place> places, String subject) {
        int repeats = rows.of(places.getFirst(), subject).size();
        List<Place> inAll = places.stream()
                .takeWhile(place -> rows.of(place, subject).size() == repeats)
                .toList();
        return new Plot.Line(
                subject,
                inAll.stream().map(Place::load).toList(),
                inAll.stream().map(place -> rows.median(place, subject, "p99")).toList());
    }

    private static List<String> bySlowness(Rows rows, Place place) {
        String figure = place.scenario() == Scenario.THROUGHPUT ? "per_second" : "p99";
        return rows.subjects(place).stream()
                .sorted(Comparator.comparingDouble(subject -> rows.median(place, subject, figure)))
                .toList();
    }

    private String text() {
        Overhead overhead = new Overhead(store.overhead(), store.profile());
        StringBuilder text = new StringBuilder("""
                # Side by side

                Ours and what people would use instead, in front of the same nodes on one machine. Made of the rows in
                [benchmarks/](benchmarks) by `bin/evenkeel bench`, which also runs them; what that needs and how it measures is in
                [its README](../benchmarks/README.md#bench).

                ## The bars

                """);
        text.append(new Verdicts(all, overhead, store.simulatedKnees()).markdown());
        text.append("""

                Figures are the median over the repeats, with the range. A quotient is taken within a repeat, in which everybody had the
                same arrivals and texts; its peer is the one with the best median. A bar is judged on five repeats or more that all have in
                common: ours, [the peers that no bar does without](../benchmarks/README.md#bench), and who else was run beside them;
                else it is not measured, and says what it lacks. A peer whose knee is below the lowest load that was run has that load
                for it: at most. `haproxy-*-fed` has its weights from our load report, as have
                `weighted-least-requests`, `weighted-round-robin` and `least-cpu` in our gateway. In latencies a request that
                failed counts as the time limit. A session is a run of the command; rows of two are not compared, and a bar is judged by
                the newest that ours was run in. Each repeat met gateways of its own where a command has `--renew true`; in sessions of
                before there was one process of each for all repeats.

                """);
        for (Scenario scenario : Scenario.values()) {
            Rows judged = all.judged(scenario);
            for (Place place : judged.places(scenario)) {
                scenario(text, judged, place, true);
            }
            for (String session : all.sessions(scenario)) {
                Rows others = all.of(scenario, session);
                if (!others.equals(judged)) {
                    others.places(scenario).forEach(place -> scenario(text, others, place, false));
                }
            }
        }
        for (Scenario scenario : Scenario.KNEES) {
            if (hasLines(scenario)) {
                text.append("![p99 at rising load](benchmarks/%s.svg)\n\n".formatted(scenario.id()));
            }
        }
        if (!overhead.markdown().isEmpty()) {
            text.append("## What a gateway costs\n\nNodes that answer at once, one sentence's embedding each.");
            overhead.sessions().forEach(session -> text.append(" Rows of %s.".formatted(new Session(session).text())));
            text.append("\n\n").append(overhead.markdown());
        }
        if (!overhead.profile().isEmpty()) {
            text.append("""
                    ## Where a gateway's CPU goes

                    Microseconds of CPU a request at the last rate above, by JFR's CPU-time samples: each belongs to the code
                    nearest to the CPU that is not the JDK's. The JVM's own threads are told by the kernel.

                    """).append(overhead.profile());
        }
        text.append("## How\n\n");
        store.sessions().forEach((session, lines) -> {
            text.append("Of ").append(new Session(session).text()).append(":\n\n");
            lines.forEach(line ->
                    text.append(line.startsWith("--") ? "`" + line + "`" : line).append("\n\n"));
        });
        return text.toString().strip() + "\n";
    }

    /** @param isJudged the bars are, by these rows; others of the scenario have no chart */
    private static void scenario(StringBuilder text, Rows rows, Place place, boolean isJudged) {
        Session session = new Session(rows.sessions(place.scenario()).getFirst());
        text.append(String.format(
                Locale.ROOT,
                "## %s, load %.2f%s%n%n%s The nodes finish %s, before each repeat; a lone one takes %s ms. Rows of %s%s.%n%n",
                place.scenario().id(),
                place.load(),
                isJudged ? "" : ": " + session.title(),
                place.scenario().title(),
                capacity(rows, place.scenario()),
                rows.nodes(place.scenario(), "p50").map(lone -> lone.text(1)).orElse("-"),
                session.text(),
                isJudged ? "" : ", by which no bar is judged"));
        boolean throughput = place.scenario() == Scenario.THROUGHPUT;
        List<String> columns = throughput
                ? List.of("per_second", Row.FAILED)
                : place.scenario().isMixed()
                        ? List.of("p50", "mean", "p99", "p999", "small_p50", "small_p99", Row.FAILED)
                        : List.of("p50", "mean", "p99", "p999", Row.FAILED, "subject_cpu_us");
        List<String> header = new ArrayList<>(List.of("subject", "repeats"));
        columns.forEach(column -> header.add(NAMES.getOrDefault(column, column)));
        Table table = new Table(header.toArray(String[]::new));
        bySlowness(rows, place).forEach(subject -> {
            List<Object> cells = new ArrayList<>(List.<Object>of(
                    subject.equals(Subjects.OURS) ? "**" + subject + "**" : subject,
                    rows.of(place, subject).size()));
            columns.forEach(column -> cells.add(cell(rows, place, subject, column)));
            table.row(cells.toArray());
        });
        text.append(table.markdown()).append('\n');
        if (isJudged && BARS.contains(place.scenario())) {
            text.append("![p99 by subject](benchmarks/%s.svg)%n%n"
                    .formatted(place.scenario().id()));
        }
        if (!throughput) {
            text.append(String.format(
                    Locale.ROOT,
                    "Sent late by %.1f ms at p99, the worst run; generator %.2f cores, what stood in front of the nodes %.2f,"
                            + " nodes and neighbours %.2f, everything else on the machine %.2f, each at most.%n%n",
                    most(rows, place, "late_p99"),
                    most(rows, place, "generator_cores"),
                    most(rows, place, "subject_cores"),
                    rows.all().stream()
                            .filter(place::has)
                            .mapToDouble(row -> row.get("nodes_cores") + row.get("neighbours_cores"))
                            .filter(Double::isFinite)
                            .max()
                            .orElse(Double.NaN),
                    most(rows, place, "others_cores")));
        }
    }

    /** Rows with one figure alone are of nodes that had no more than a full batch inside. */
    private static String capacity(Rows rows, Scenario scenario) {
        String most =
                rows.nodes(scenario, "per_second").map(each -> each.text(0)).orElse("-");
        return rows.nodes(scenario, Row.FULL_BATCH)
                .map(full -> "%s requests a second together with %d inside each, %s with 8"
                        .formatted(most, Fleet.SATURATED, full.text(0)))
                .orElse(most + " requests a second together with 8 inside each");
    }

    private static final Map<String, String> NAMES = Map.of(
            "p50", "p50, ms",
            "mean", "mean, ms",
            "p99", "p99, ms",
            "p999", "p99.9, ms",
            "small_p50", "small ones' p50, ms",
            "small_p99", "small ones' p99, ms",
            "per_second", "answers/s",
            "subject_cpu_us", "its CPU, us/request");

    private static String cell(Rows rows, Place place, String subject, String column) {
        if (column.equals(Row.FAILED)) {
            double failed = rows.of(place, subject).stream()
                    .mapToDouble(row -> row.get(Row.FAILED))
                    .sum();
            return Double.isFinite(failed) ? String.format(Locale.ROOT, "%.0f", failed) : "";
        }
        int decimals = rows.median(place, subject, column) < 10 ? 1 : 0;
        return rows.spread(place, subject, column)
                .map(spread -> spread.text(decimals))
                .orElse("");
    }

    private static double most(Rows rows, Place place, String column) {
        return rows.all().stream()
                .filter(place::has)
                .mapToDouble(row -> row.get(column))
                .filter(Double::isFinite)
                .max()
                .orElse(Double.NaN);
    }
}
