package dev.evenkeel.benchmarks.faults;

import dev.evenkeel.benchmarks.report.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One run of one fault, as a line of {@code docs/faults.csv} has it.
 *
 * @param fault its id
 * @param gateways how many there were
 * @param run from 1
 * @param figures by name, those of {@link #FIGURES} and what the fault has of its own
 * @param notes what became of requests that failed; may be empty
 */
record Outcome(String fault, int gateways, int run, Map<String, Double> figures, String notes) {

    static final String REQUESTS = "requests";
    static final String FAILED = "failed";
    static final String OUT = "out_ms";
    static final String STEADY = "steady_p99_ms";
    static final String WINDOW = "p99_ms";
    static final String WRONG = "wrong";
    static final String UNTIL_IN = "until_in_s";
    static final String GATEWAYS_LOST = "gateways_lost";

    /** What every run has; a fault without a time out of rotation has none. */
    private static final List<String> FIGURES = List.of(REQUESTS, FAILED, OUT, STEADY, WINDOW);

    private static final int COLUMNS = 3 + FIGURES.size() + 2;

    double get(String figure) {
        return figures.getOrDefault(figure, Double.NaN);
    }

    /** Appends it; a new file gets its header. */
    void appendTo(Path csv) {
        String[] header = new String[COLUMNS];
        header[0] = "fault";
        header[1] = "gateways";
        header[2] = "run";
        for (int i = 0; i < FIGURES.size(); i++) {
            header[3 + i] = FIGURES.get(i);
        }
        header[COLUMNS - 2] = "others";
        header[COLUMNS - 1] = "notes";
        Object[] cells = new Object[COLUMNS];
        cells[0] = fault;
        cells[1] = gateways;
        cells[2] = run;
        for (int i = 0; i < FIGURES.size(); i++) {
            cells[3 + i] = Table.number(get(FIGURES.get(i)));
        }
        cells[COLUMNS - 2] = figures.entrySet().stream()
                .filter(figure -> !FIGURES.contains(figure.getKey()))
                .sorted(Map.Entry.comparingByKey())
                .map(figure -> figure.getKey() + '=' + Table.number(figure.getValue()))
                .collect(Collectors.joining(" "));
        cells[COLUMNS - 1] = notes.replaceAll("[,\\s]+", " ");
        new Table(header).row(cells).appendLastTo(csv);
    }

    /** All lines of a file; none where there is no file. */
    static List<Outcome> read(Path csv) {
        if (!Files.exists(csv)) {
            return List.of();
        }
        try {
            return Files.readAllLines(csv).stream().skip(1).map(Outcome::parse).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Outcome parse(String line) {
        String[] cells = line.split(",", -1);
        if (cells.length != COLUMNS) {
            throw new IllegalArgumentException(
                    "a line of " + cells.length + " fields, and not " + COLUMNS + ": " + line);
        }
        Map<String, Double> figures = new TreeMap<>();
        for (int i = 0; i < FIGURES.size(); i++) {
            if (!cells[3 + i].isEmpty()) {
                figures.put(FIGURES.get(i), Double.parseDouble(cells[3 + i]));
            }
        }
        for (String figure : cells[COLUMNS - 2].split(" ", -1)) {
            if (!figure.isEmpty()) {
                String[] parts = figure.split("=", 2);
                figures.put(parts[0], parts[1].isEmpty() ? Double.NaN : Double.parseDouble(parts[1]));
            }
        }
        return new Outcome(
                cells[0], Integer.parseInt(cells[1]), Integer.parseInt(cells[2]), figures, cells[COLUMNS - 1]);
    }
}
