package dev.evenkeel.simulator.report;

import dev.evenkeel.simulator.scenario.Scenarios;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where the report and its raw figures are: {@code simulation.md}, and beside it in {@code simulation} a file of runs for
 * each scenario, {@code pick.csv}, {@code notes} and the charts.
 *
 * @param root the directory of documents
 */
public record ReportFiles(Path root) {

    /** With the figures and the charts. */
    public Path directory() {
        return root.resolve("simulation");
    }

    public Path document() {
        return root.resolve("simulation.md");
    }

    /** All rows that there are, by scenario. */
    public List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (String scenario : Scenarios.names()) {
            if (Files.exists(runs(scenario))) {
                rows.addAll(Csv.rows(Files.readAllLines(runs(scenario))));
            }
        }
        return rows;
    }

    /** Adds a row to its scenario's file, so that a report that is interrupted has it. */
    public void append(Row row) throws IOException {
        Path file = runs(row.run().cell().scenario());
        if (!Files.exists(file)) {
            Files.createDirectories(directory());
            Files.writeString(file, Csv.HEADER + "\n");
        }
        Files.writeString(file, Csv.line(row) + "\n", StandardOpenOption.APPEND);
    }

    /** Writes these rows and no others. */
    public void write(Collection<Row> rows) throws IOException {
        Files.createDirectories(directory());
        for (String scenario : Scenarios.names()) {
            List<String> lines = rows.stream()
                    .filter(row -> row.run().cell().scenario().equals(scenario))
                    .map(Csv::line)
                    .toList();
            if (lines.isEmpty()) {
                Files.deleteIfExists(runs(scenario));
            } else {
                Files.write(
                        runs(scenario),
                        Stream.concat(Stream.of(Csv.HEADER), lines.stream()).toList());
            }
        }
    }

    /** What others have measured, as far as they have. */
    public Outside outside() throws IOException {
        return new Outside(PickCost.parse(lines("pick.csv")), SameTrace.parse(lines("fleet.csv")));
    }

    private List<String> lines(String name) throws IOException {
        Path file = directory().resolve(name);
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    /** The text that the files give. */
    public String text() throws IOException {
        return Document.of(new Rows(rows()), outside(), notes());
    }

    /** By the bar or the scenario that they are about. */
    private Map<String, String> notes() throws IOException {
        Path folder = directory().resolve("notes");
        Map<String, String> notes = new TreeMap<>();
        if (Files.isDirectory(folder)) {
            for (Path file : list(folder, ".md")) {
                String name = file.getFileName().toString();
                notes.put(name.substring(0, name.length() - ".md".length()), Files.readString(file));
            }
        }
        return notes;
    }

    /** Removes the charts that the report has no more. */
    public void keepCharts(Set<String> names) throws IOException {
        for (Path file : list(directory(), ".svg")) {
            String name = file.getFileName().toString();
            if (!names.contains(name.substring(0, name.length() - ".svg".length()))) {
                Files.delete(file);
            }
        }
    }

    private static List<Path> list(Path folder, String ending) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .collect(Collectors.toList());
        }
    }

    private Path runs(String scenario) {
        return directory().resolve(scenario + ".csv");
    }
}
