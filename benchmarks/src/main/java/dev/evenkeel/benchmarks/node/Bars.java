package dev.evenkeel.benchmarks.node;

import dev.evenkeel.benchmarks.report.Table;
import dev.evenkeel.benchmarks.run.Results;
import java.util.Locale;

/** What was measured beside what was asked for. */
final class Bars {

    private final Results results;
    private final Table table = new Table("line", "bar", "measured", "met / not met");

    Bars(Results results) {
        this.results = results;
    }

    /** A row, shown and kept at once: a run that is cut short keeps what it has. */
    void row(String line, String bar, boolean met, String measured, Object... values) {
        // a row is one line, whatever a node's answer holds
        String oneLine = String.format(Locale.ROOT, measured.strip(), values)
                .replace('|', '/')
                .replaceAll("\\s+", " ");
        table.row(line, bar, oneLine, met ? "met" : "not met").appendLastTo(results.file("bars.csv"));
        results.progress("%s: %s (bar: %s): %s", line, oneLine, bar, met ? "met" : "not met");
    }

    /** The table, at the end of the report. */
    void report() {
        results.report("%n%s", table.markdown());
        results.progress("written to %s", results.file("report.md"));
    }
}
