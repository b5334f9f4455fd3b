package dev.evenkeel.simulator.report;

import java.util.List;

/**
 * A chart of bars over a logarithmic axis, not drawn yet.
 *
 * @param name of its file, without an ending
 * @param y label of the axis
 * @param bars from left to right, at least one
 */
public record BarPlot(String name, String title, String y, List<Bar> bars) {

    public BarPlot {
        bars = List.copyOf(bars);
    }

    /**
     * A bar, with the range over the repeats.
     *
     * @param height of it, between {@code least} and {@code most}
     * @param least above 0
     */
    public record Bar(String name, double height, double least, double most) {}
}
