package dev.evenkeel.benchmarks.sidebyside;

import dev.evenkeel.simulator.report.SameTrace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where rows are kept, beside the document that is made of them. A run adds to them, and replaces those that it runs again. */
final class Store {

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
        row.appendTo(runs);
    }

    /**
     * Drops what was known of these subjects in a scenario, and of the nodes themselves where nobody else was measured at
     * the rates that follow from it.
     */
    void forget(Scenario scenario, List<String> subjects) {
        List<Row> elsewhere = rows().stream()
                .filter(row -> !row.scenario().equals(scenario.id()))
                .toList();
        List<Row> others = rows().stream()
                .filter(row -> row.scenario().equals(scenario.id()) && !subjects.contains(row.subject()))
                .toList();
        boolean rateIsNeeded = others.stream().anyMatch(row -> !row.subject().equals(SideBySide.NODES));
        List<Row> kept = rateIsNeeded
                ? Stream.concat(elsewhere.stream(), others.stream()).toList()
                : elsewhere;
        try {
            Files.deleteIfExists(runs);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        kept.forEach(this::add);
    }

    /** What the nodes finished a second before a repeat of a scenario; empty where that was not measured. */
    OptionalDouble capacity(Scenario scenario, int repeat) {
        return rows().stream()
                .filter(row -> row.scenario().equals(scenario.id())
                        && row.subject().equals(SideBySide.NODES)
                        && row.repeat() == repeat)
                .mapToDouble(row -> row.get("per_second"))
                .findFirst();
    }

    /** What the newest run was made on, and how. */
    void machine(String description, String options) {
        try {
            Files.writeString(machine, description + "\n" + options + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As {@link #machine(String, String)} has written it, a line each. */
    List<String> machine() {
        return lines(machine);
    }

    /** What the simulator's report judges its likeness by; it is not touched where there is nothing to say. */
    void sameTraces(List<SameTrace> all) throws IOException {
        if (!all.isEmpty()) {
            Path folder = Files.createDirectories(docs.resolve("simulation"));
            Files.write(folder.resolve("fleet.csv"), SameTrace.lines(all));
        }
    }

    /** What the simulator says of the knees; it is not touched where there is nothing to say. */
    void simulatedKnees(Map<String, Double> byPolicy) throws IOException {
        if (!byPolicy.isEmpty()) {
            Files.write(
                    simulatedKnees,
                    Stream.concat(
                                    Stream.of("policy,load"),
                                    byPolicy.entrySet().stream()
                                            .map(knee -> String.format(
                                                    Locale.ROOT, "%s,%.3f", knee.getKey(), knee.getValue())))
                            .toList());
        }
    }

    /** As they were written; none where there are none. */
    Map<String, Double> simulatedKnees() {
        return lines(simulatedKnees).stream()
                .skip(1)
                .map(line -> line.split(",", -1))
                .collect(Collectors.toMap(cells -> cells[0], cells -> Double.parseDouble(cells[1])));
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
