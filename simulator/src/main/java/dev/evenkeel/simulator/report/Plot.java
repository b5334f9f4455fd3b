package dev.evenkeel.simulator.report;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A chart, not drawn yet.
 *
 * @param name of its file, without an ending
 * @param x label of the axis
 * @param y label of the axis
 * @param isLogarithmic in y
 * @param lines in it, at least one
 */
public record Plot(String name, String title, String x, String y, boolean isLogarithmic, List<Line> lines) {

    public Plot {
        lines = List.copyOf(lines);
    }

    /**
     * A line.
     *
     * @param xs in order
     * @param ys as many
     */
    public record Line(String name, List<Double> xs, List<Double> ys) {

        public Line {
            xs = List.copyOf(xs);
            ys = List.copyOf(ys);
        }
    }

    /** Its numbers, of lines that have the same xs: a line of text for each. */
    public List<String> csv() {
        String head =
                x + "," + lines.stream().map(line -> '"' + line.name() + '"').collect(Collectors.joining(","));
        List<Double> xs = lines.getFirst().xs();
        return IntStream.rangeClosed(-1, xs.size() - 1)
                .mapToObj(i -> i < 0
                        ? head
                        : Figure.plain(xs.get(i)) + ","
                                + lines.stream()
                                        .map(line -> Figure.plain(line.ys().get(i)))
                                        .collect(Collectors.joining(",")))
                .toList();
    }
}
