package dev.evenkeel.simulator.report;

import dev.evenkeel.simulator.scenario.Scenarios.Size;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Rows whose figures are made up. */
final class TestRows {

    private TestRows() {}

    static Row row(String scenario, String policy, long seed, double p99, String extra, double value) {
        return row(new Cell(scenario, new Size("fifo", 20, 2, 0.9)), policy, seed, p99, extra, value);
    }

    static Row row(Cell cell, String policy, long seed, double p99, String extra, double value) {
        Map<Column, Double> values = new EnumMap<>(Column.class);
        for (Column column : Column.values()) {
            values.put(column, 1.0);
        }
        values.put(Column.P99, p99);
        return new Row(new Run(cell, policy, seed), values, new TreeMap<>(Map.of(extra, value)));
    }

    static Rows of(Row... rows) {
        return new Rows(List.of(rows));
    }
}
