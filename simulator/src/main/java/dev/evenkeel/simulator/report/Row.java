package dev.evenkeel.simulator.report;

import dev.evenkeel.simulator.result.Result;
import dev.evenkeel.simulator.scenario.Scenario;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The raw figures of a run.
 *
 * @param values not a number where there is none
 * @param extra figures that only some scenarios have, by name
 */
public record Row(Run run, Map<Column, Double> values, SortedMap<String, Double> extra) {

    public Row {
        values = Collections.unmodifiableMap(new EnumMap<>(values));
        extra = Collections.unmodifiableSortedMap(new TreeMap<>(extra));
    }

    /** Of a run that was made. */
    public static Row of(Run run, Scenario scenario, Result result) {
        Map<Column, Double> values = new EnumMap<>(Column.class);
        for (Column column : Column.values()) {
            values.put(column, column.of(scenario, result));
        }
        return new Row(run, values, Extras.of(run.cell().scenario(), scenario, result));
    }

    public double get(Column column) {
        return values.getOrDefault(column, Double.NaN);
    }

    /** Not a number when this run has none of the name. */
    double extra(String name) {
        return extra.getOrDefault(name, Double.NaN);
    }

    /** Polls and probes by request. */
    public double pollsPerRequest() {
        return get(Column.POLLS) / get(Column.CALLS);
    }
}
