package dev.evenkeel.simulator.report;

import dev.evenkeel.simulator.scenario.Scenarios.Size;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Rows as lines of text: the cell, the policy and the seed, the columns in their order, and what else there is. */
public final class Csv {

    private static final List<String> KEYS = List.of("scenario", "kind", "nodes", "gateways", "load", "policy", "seed");

    /** The first line of a file. */
    public static final String HEADER = Stream.of(
                    KEYS.stream(), Arrays.stream(Column.values()).map(Column::header), Stream.of("extra"))
            .flatMap(names -> names)
            .collect(Collectors.joining(","));

    private Csv() {}

    /** A row's line, without its end. */
    public static String line(Row row) {
        Cell cell = row.run().cell();
        List<String> fields = new ArrayList<>(List.of(
                cell.scenario(),
                cell.kind(),
                Integer.toString(cell.nodes()),
                Integer.toString(cell.gateways()),
                Figure.plain(cell.load()),
                '"' + row.run().policy() + '"', // a spec has commas
                Long.toString(row.run().seed())));
        for (Column column : Column.values()) {
            fields.add(Figure.plain(row.get(column)));
        }
        fields.add(row.extra().entrySet().stream()
                .map(entry -> entry.getKey() + "=" + Figure.plain(entry.getValue()))
                .collect(Collectors.joining(";")));
        return String.join(",", fields);
    }

    /**
     * The rows of a file.
     *
     * @param lines of it, the header first
     * @throws IllegalArgumentException naming the line that is none
     */
    public static List<Row> rows(List<String> lines) {
        if (!lines.isEmpty() && !lines.getFirst().equals(HEADER)) {
            throw new IllegalArgumentException(
                    "the first line of a file of runs is '%s'; it must be '%s'".formatted(lines.getFirst(), HEADER));
        }
        return lines.stream().skip(1).map(Csv::row).toList();
    }

    private static Row row(String line) {
        List<String> fields = fields(line);
        if (fields.size() != KEYS.size() + Column.values().length + 1) {
            throw new IllegalArgumentException("a line of a file of runs has %d fields and not %d: %s"
                    .formatted(fields.size(), KEYS.size() + Column.values().length + 1, line));
        }
        Size size = new Size(
                fields.get(1),
                Integer.parseInt(fields.get(2)),
                Integer.parseInt(fields.get(3)),
                Double.parseDouble(fields.get(4)));
        Run run = new Run(new Cell(fields.get(0), size), fields.get(5), Long.parseLong(fields.get(6)));
        Map<Column, Double> values = new EnumMap<>(Column.class);
        Iterator<String> rest = fields.listIterator(KEYS.size());
        for (Column column : Column.values()) {
            values.put(column, number(rest.next()));
        }
        return new Row(run, values, extra(fields.getLast()));
    }

    private static SortedMap<String, Double> extra(String field) {
        SortedMap<String, Double> extra = new TreeMap<>();
        for (String pair : field.isEmpty() ? new String[0] : field.split(";", -1)) {
            String[] sides = pair.split("=", 2);
            extra.put(sides[0], number(sides[1]));
        }
        return extra;
    }

    private static double number(String field) {
        return field.isEmpty() ? Double.NaN : Double.parseDouble(field);
    }

    /** Split at the commas that no quotes enclose. */
    static List<String> fields(String line) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean isQuoted = false;
        for (int i = 0; i < line.length(); i++) {
            char each = line.charAt(i);
            if (each == '"') {
                isQuoted = !isQuoted;
            } else if (each == ',' && !isQuoted) {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(each);
            }
        }
        fields.add(field.toString());
        return fields;
    }
}
