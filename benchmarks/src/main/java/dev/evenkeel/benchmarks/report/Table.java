package dev.evenkeel.benchmarks.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Rows below a header. */
public final class Table {

    private final List<List<String>> rows = new ArrayList<>();
    private final int width;

    public Table(String... header) {
        width = header.length;
        row((Object[]) header);
    }

    public Table row(Object... cells) {
        if (cells.length != width) {
            throw new IllegalArgumentException("a row of " + cells.length + " cells in a table of " + width);
        }
        rows.add(java.util.Arrays.stream(cells).map(String::valueOf).toList());
        return this;
    }

    public String markdown() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < rows.size(); i++) {
            text.append("| ").append(String.join(" | ", rows.get(i))).append(" |\n");
            if (i == 0) {
                text.append("|").append("---|".repeat(width)).append('\n');
            }
        }
        return text.toString();
    }

    /** A figure to three decimals at most; nothing for NaN. */
    public static String number(double value) {
        return Double.isNaN(value)
                ? ""
                : String.format(Locale.ROOT, "%.3f", value).replaceAll("\\.?0+$", "");
    }

    /** Appends the newest row, after the header where the file is new: a run that is cut short keeps what it has. */
    public void appendLastTo(Path csv) {
        Stream<List<String>> header = Files.exists(csv) ? Stream.empty() : Stream.of(rows.getFirst());
        String text = Stream.concat(header, Stream.of(rows.getLast()))
                .map(cells -> cells.stream()
                        .map(cell -> cell.contains(",") ? '"' + cell + '"' : cell)
                        .collect(Collectors.joining(",", "", "\n")))
                .collect(Collectors.joining());
        try {
            Files.writeString(csv, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
