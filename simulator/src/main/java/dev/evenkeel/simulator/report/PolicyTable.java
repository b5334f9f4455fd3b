package dev.evenkeel.simulator.report;

import dev.evenkeel.simulator.report.Rows.Subject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Policies in one cell, a line each: mean and range over the seeds that they share, times in milliseconds.
 *
 * @param head names of the columns
 * @param lines of as many fields
 */
public record PolicyTable(List<String> head, List<List<String>> lines) {

    private static final List<Column> TIMES = List.of(Column.P50, Column.MEAN, Column.P99, Column.P999);

    public PolicyTable {
        head = List.copyOf(head);
        lines = List.copyOf(lines);
    }

    /** Of these policies, in their order, as far as they met there. */
    public static PolicyTable of(Rows rows, Cell cell, Collection<String> policies) {
        List<String> head = new ArrayList<>(List.of(
                "policy", "p50", "mean", "p99", "p99.9", "small p99", "failed", "polls/request", "p99 of oracle's"));
        if (Published.knows(cell)) {
            head.add("published p99");
        }
        return new PolicyTable(
                head,
                policies.stream()
                        .filter(rows.policies(cell)::contains)
                        .map(policy -> line(rows, cell, policy))
                        .toList());
    }

    private static List<String> line(Rows rows, Cell cell, String policy) {
        List<String> line = new ArrayList<>(List.of(policy));
        for (Column column : TIMES) {
            line.add(rows.figure(cell, policy, column).map(Spread::brief).orElse("-"));
        }
        line.add(rows.figure(cell, policy, Column.SMALL_P99)
                .map(spread -> Figure.brief(spread.mean()))
                .orElse("-"));
        line.add(rows.figure(cell, policy, Column.FAILED)
                .map(spread -> Figure.brief(spread.mean()))
                .orElse("-"));
        line.add(rows.figure(cell, policy, Row::pollsPerRequest)
                .map(spread -> Figure.brief(spread.mean()))
                .orElse("-"));
        line.add(rows.ratio(new Subject(cell, policy), new Subject(cell, Peers.ORACLE), Column.P99)
                .map(Spread::ratio)
                .orElse("-"));
        if (Published.knows(cell)) {
            line.add(Published.p99(cell, policy).map(Object::toString).orElse(""));
        }
        return line;
    }

    /** For a document. */
    String markdown() {
        return markdown(head, lines);
    }

    static String markdown(List<String> head, List<List<String>> lines) {
        return row(head)
                + row(head.stream().map(_ -> "---").toList())
                + lines.stream().map(PolicyTable::row).collect(Collectors.joining());
    }

    private static String row(List<String> fields) {
        return "| " + String.join(" | ", fields) + " |\n";
    }
}
