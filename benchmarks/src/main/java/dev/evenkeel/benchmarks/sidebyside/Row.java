package dev.evenkeel.benchmarks.sidebyside;

import dev.evenkeel.benchmarks.load.Measurement;
import dev.evenkeel.benchmarks.load.Measurement.Latency;
import dev.evenkeel.benchmarks.report.Table;
import dev.evenkeel.benchmarks.run.Usage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One run of one subject, as a line of {@code runs.csv} has it.
 *
 * @param session in which it was run, as {@link dev.evenkeel.benchmarks.run.Session#id}
 * @param scenario its id
 * @param load offered, as a share of what the nodes finish together
 * @param subject what stood in front of the nodes
 * @param figures by the name of the column: latencies in ms, in which a failed request counts as the time limit
 */
record Row(String session, String scenario, double load, String subject, int repeat, Map<String, Double> figures) {

    private static final List<String> KEYS = List.of("session", "scenario", "load", "subject", "repeat");

    /** The column of requests that failed. */
    static final String FAILED = "failed";

    /** Requests a second. */
    static final String RATE = "rate";

    /** Of arrivals and texts. */
    static final String SEED = "seed";

    /** Seconds of arrivals before those that count. */
    static final String LEAD_IN = "lead_in_s";

    /** Seconds of those that count. */
    static final String MEASURED = "measured_s";

    /** The column of what nodes finish a second with no more than a full batch inside each. */
    static final String FULL_BATCH = "full_batch_per_second";

    /** The columns of figures. */
    private static final List<String> FIGURES = List.of(
            RATE,
            SEED,
            LEAD_IN,
            MEASURED,
            "requests",
            FAILED,
            "p50",
            "mean",
            "p99",
            "p999",
            "small_p50",
            "small_p99",
            "per_second",
            FULL_BATCH,
            "subject_cpu_us",
            "generator_cores",
            "subject_cores",
            "nodes_cores",
            "neighbours_cores",
            "others_cores",
            "late_p99");

    boolean isOf(Scenario other) {
        return scenario.equals(other.id());
    }

    /** What a run gives. */
    static Map<String, Double> figures(
            Stretch stretch, Measurement measurement, Texts texts, long limitNanos, Usage.Cores cores) {
        Latency all = measurement.withFailuresAt(limitNanos);
        Latency small = measurement.withFailuresAt(limitNanos, texts::isSmall);
        Map<String, Double> figures = new HashMap<>();
        figures.put(RATE, stretch.rate());
        figures.put(SEED, (double) stretch.seed());
        figures.put(LEAD_IN, stretch.leadIn().toMillis() / 1e3);
        figures.put(MEASURED, stretch.measured().toMillis() / 1e3);
        figures.put("requests", (double) measurement.requests());
        figures.put(FAILED, (double) measurement.errors());
        figures.put("p50", all.p50());
        figures.put("mean", all.mean());
        figures.put("p99", all.p99());
        figures.put("p999", all.p999());
        figures.put("small_p50", small.p50());
        figures.put("small_p99", small.p99());
        figures.put("per_second", (measurement.requests() - measurement.errors()) / cores.seconds());
        figures.put("subject_cpu_us", cores.of("subject") * cores.seconds() * 1e6 / measurement.requests());
        figures.put("generator_cores", cores.of("generator"));
        figures.put("subject_cores", cores.of("subject"));
        figures.put("nodes_cores", cores.of("nodes"));
        figures.put("neighbours_cores", cores.of("neighbours"));
        figures.put("others_cores", cores.noise());
        figures.put("late_p99", measurement.lateness().p99());
        return figures;
    }

    /** A figure; NaN where the run does not have it, so that no bar takes it for a good one. */
    double get(String figure) {
        if (!FIGURES.contains(figure)) {
            throw new IllegalArgumentException("no column " + figure);
        }
        return figures.getOrDefault(figure, Double.NaN);
    }

    /** Appends it; a new file gets its header. */
    void appendTo(Path csv) {
        Object[] cells = Stream.concat(
                        Stream.of(session, scenario, Table.number(load), subject, Integer.toString(repeat)),
                        FIGURES.stream().map(figure -> Table.number(get(figure))))
                .toArray();
        new Table(Stream.concat(KEYS.stream(), FIGURES.stream()).toArray(String[]::new))
                .row(cells)
                .appendLastTo(csv);
    }

    /** All rows of a file; none where there is no file. */
    static List<Row> read(Path csv) {
        if (!Files.exists(csv)) {
            return List.of();
        }
        try {
            List<String> lines = Files.readAllLines(csv);
            List<String> names = List.of(lines.getFirst().split(",", -1));
            return lines.stream().skip(1).map(line -> row(names, line)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Row row(List<String> names, String line) {
        String[] cells = line.split(",", -1);
        if (cells.length != names.size()) {
            throw new IllegalArgumentException(
                    "a line of " + cells.length + " fields, and not " + names.size() + ": " + Arrays.toString(cells));
        }
        Map<String, Double> figures = new HashMap<>();
        for (int i = 0; i < cells.length; i++) {
            if (!KEYS.contains(names.get(i)) && !cells[i].isEmpty()) {
                figures.put(names.get(i), Double.parseDouble(cells[i]));
            }
        }
        return new Row(
                names.contains("session") ? cells[names.indexOf("session")] : "",
                cells[names.indexOf("scenario")],
                Double.parseDouble(cells[names.indexOf("load")]),
                cells[names.indexOf("subject")],
                Integer.parseInt(cells[names.indexOf("repeat")]),
                figures);
    }

    /** Whether rows can be added to a file: one of before there was a column is written anew first. */
    static boolean isCurrent(Path csv) {
        if (!Files.exists(csv)) {
            return true;
        }
        try (Stream<String> lines = Files.lines(csv)) {
            String header = String.join(
                    ",", Stream.concat(KEYS.stream(), FIGURES.stream()).toList());
            return lines.findFirst().filter(header::equals).isPresent();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A figure as it is read again. */
    static double asWritten(double value) {
        return Double.parseDouble(Table.number(value));
    }
}
