package dev.evenkeel.benchmarks.sidebyside;

import dev.evenkeel.benchmarks.run.Session;
import dev.evenkeel.simulator.report.SameTrace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where rows are kept, beside the document that is made of them. A run adds to them, and replaces those that it runs again. */
final class Store {

    /** Begins a session's lines in what is kept of the machine. */
    private static final String SESSION = "# ";

    private final Path docs;
    private final Path runs;
    private final Path machine;
    private final Path simulatedKnees;

    /** @param docs the folder of {@code benchmarks.md} */
    Store(Path docs) {
        this.docs = docs;
        this.runs = folder().resolve("runs.csv");
        this.machine = folder().resolve("machine.txt");
        this.simulatedKnees = folder().resolve("simulated-knees.csv");
        try {
            Files.createDirectories(folder());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path document() {
        return docs.resolve("benchmarks.md");
    }

    /** Of rows and charts. */
    Path folder() {
        return docs.resolve("benchmarks");
    }

    List<Row> rows() {
        return Row.read(runs);
    }

    void add(Row row) {
        if (!Row.isCurrent(runs)) {
            rewrite(rows());
        }
        row.appendTo(runs);
    }

    private void rewrite(List<Row> all) {
        try {
            Files.deleteIfExists(runs);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        all.forEach(row -> row.appendTo(runs));
    }

    /** Drops all screenings of a scenario. */
    void forgetScreening(Scenario scenario) {
        rewrite(rows().stream()
                .filter(row -> !row.isOf(scenario) || !new Session(row.session()).isScreening())
                .toList());
    }

    /**
     * Drops what was known of these subjects in a scenario but by a screening, and of the nodes themselves in sessions that
     * nobody else's rows there are of.
     */
    void forget(Scenario scenario, List<String> subjects) {
        List<Row> others = rows().stream()
                .filter(row -> !row.isOf(scenario)
                        || !subjects.contains(row.subject())
                        || new Session(row.session()).isScreening())
                .toList();
        List<String> standing = new Rows(others).sessions(scenario);
        rewrite(others.stream()
                .filter(row -> !row.isOf(scenario) || standing.contains(row.session()))
                .toList());
    }

    /** On what sessions are run, with what, and how, a line each; in the place of those that no rows are of. */
    void begin(List<Session> begun, List<String> lines) {
        Map<String, List<String>> entries = sessions();
        begun.forEach(session -> entries.put(session.id(), lines));
        write(entries);
    }

    /** Lets entries go that no rows are of any more. */
    void tidy() {
        write(sessions());
    }

    private void write(Map<String, List<String>> entries) {
        try {
            Files.write(
                    machine,
                    entries.entrySet().stream()
                            .flatMap(entry -> Stream.concat(
                                    Stream.of(SESSION + entry.getKey())
                                            .filter(_ -> !entry.getKey().isEmpty()),
                                    entry.getValue().stream()))
                            .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As {@link #begin} has written them, by session, of those that rows are of. */
    Map<String, List<String>> sessions() {
        Map<String, List<String>> entries = new TreeMap<>();
        String session = ""; // lines of before there were sessions come first
        for (String line : lines(machine)) {
            if (line.startsWith(SESSION)) {
                session = line.substring(SESSION.length());
            } else {
                entries.computeIfAbsent(session, _ -> new ArrayList<>()).add(line);
            }
        }
        entries.keySet()
                .retainAll(Stream.concat(
                                rows().stream().map(Row::session),
                                new Overhead(overhead(), profile()).sessions().stream())
                        .collect(Collectors.toSet()));
        return entries;
    }

    /** What the simulator's report judges its likeness by; it is not touched where there is nothing to say. */
    void sameTraces(List<SameTrace> all) throws IOException {
        if (!all.isEmpty()) {
            Path folder = Files.createDirectories(docs.resolve("simulation"));
            Files.write(folder.resolve("fleet.csv"), SameTrace.lines(all));
        }
    }

    /** What the simulator says of the knees; it is not touched where there is nothing to say. */
    void simulatedKnees(Map<Scenario, Map<String, Double>> byPolicy) throws IOException {
        if (!byPolicy.isEmpty()) {
            List<String> lines = new ArrayList<>(List.of("scenario,policy,load"));
            byPolicy.forEach((scenario, knees) -> knees.forEach((policy, load) ->
                    lines.add(String.format(Locale.ROOT, "%s,%s,%.3f", scenario.id(), policy, load))));
            Files.write(simulatedKnees, lines);
        }
    }

    /** As they were written; none where there are none. */
    Map<Scenario, Map<String, Double>> simulatedKnees() {
        return lines(simulatedKnees).stream()
                .skip(1)
                .map(line -> line.split(",", -1))
                .collect(Collectors.groupingBy(
                        cells -> Scenario.of(cells[0]),
                        Collectors.toMap(cells -> cells[1], cells -> Double.parseDouble(cells[2]))));
    }

    /** The rows that {@code gateway-overhead} leaves here, the header first; empty where there are none. */
    List<String> overhead() {
        return lines(folder().resolve("overhead.csv"));
    }

    /** As {@link #overhead}, of its profiles. */
    List<String> profile() {
        return lines(folder().resolve("profile.csv"));
    }

    private static List<String> lines(Path file) {
        try {
            return Files.exists(file)
                    ? Files.readAllLines(file).stream()
                            .filter(line -> !line.isBlank())
                            .toList()
                    : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
