package dev.evenkeel.benchmarks.run;

import dev.evenkeel.benchmarks.report.Table;
import java.util.Locale;

/** What was measured beside what was asked for. */
public final class Bars {

    private final Results results;
    private final Table table = new Table("line", "bar", "measured", "met / not met");

    public Bars(Results results) {
        this.results = results;
    }

    /** A row, shown and kept at once: a run that is cut short keeps what it has. */
    public void row(String line, String bar, boolean met, String measured, Object... values) {
        // a row is one line, whatever a node's answer holds
        String oneLine = String.format(Locale.ROOT, measured.strip(), values)
                .replace('|', '/')
                .replaceAll("\\s+", " ");
        table.row(line, bar, oneLine, met ? "met" : "not met").appendLastTo(results.file("bars.csv"));
        results.progress("%s: %s (bar: %s): %s", line, oneLine, bar, met ? "met" : "not met");
    }

    /** The table, at the end of the report. */
    public void report() {
        results.report("%n%s", table.markdown());
        results.progress("written to %s", results.file("report.md"));
    }
}
