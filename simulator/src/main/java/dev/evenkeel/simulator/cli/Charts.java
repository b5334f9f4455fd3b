package dev.evenkeel.simulator.cli;

import dev.evenkeel.simulator.report.Plot;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws charts as SVG. */
final class Charts {

    private static final int WIDTH = 900;
    private static final int HEIGHT = 500;

    /** Beyond this many points of a line, markers would hide it. */
    private static final int MARKED_POINTS = 10;

    private Charts() {}

    /** Writes {@code name.svg} into a directory. */
    static void draw(Plot plot, Path directory) throws IOException {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(plot.title())
                .xAxisTitle(plot.x())
                .yAxisTitle(plot.y())
                .build();
        chart.getStyler()
                .setYAxisLogarithmic(plot.isLogarithmic())
                .setLegendPosition(LegendPosition.OutsideE)
                .setChartBackgroundColor(Color.WHITE);
        for (Plot.Line line : plot.lines()) {
            chart.addSeries(line.name(), line.xs(), line.ys())
                    .setMarker(line.xs().size() > MARKED_POINTS ? SeriesMarkers.NONE : SeriesMarkers.CIRCLE);
        }
        Files.createDirectories(directory);
        VectorGraphicsEncoder.saveVectorGraphic(
                chart, directory.resolve(plot.name()).toString(), VectorGraphicsFormat.SVG);
    }
}
