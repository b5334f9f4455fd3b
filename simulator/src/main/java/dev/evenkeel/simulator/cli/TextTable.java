package dev.evenkeel.simulator.cli;

import dev.evenkeel.simulator.report.PolicyTable;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A table in columns, for a terminal: the first to the left, the others to the right. */
final class TextTable {

    private TextTable() {}

    static String of(PolicyTable table) {
        List<List<String>> lines =
                Stream.concat(Stream.of(table.head()), table.lines().stream()).toList();
        int[] widths = IntStream.range(0, table.head().size())
                .map(column -> lines.stream()
                        .mapToInt(line -> line.get(column).length())
                        .max()
                        .orElse(0))
                .toArray();
        return lines.stream()
                .map(line -> IntStream.range(0, widths.length)
                        .mapToObj(column -> pad(line.get(column), widths[column], column == 0))
                        .collect(Collectors.joining("  "))
                        .stripTrailing())
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static String pad(String field, int width, boolean isLeft) {
        String blanks = " ".repeat(width - field.length());
        return isLeft ? field + blanks : blanks + field;
    }
}
