package dev.evenkeel.simulator.cli;

import dev.evenkeel.simulator.report.BarPlot;
import dev.evenkeel.simulator.report.Plot;
import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler.TextAlignment;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws charts as SVG. */
public final class Charts {

    private static final int WIDTH = 900;
    private static final int HEIGHT = 500;

    /** Beyond this many points of a line, markers would hide it. */
    private static final int MARKED_POINTS = 10;

    private static final Pattern FRACTION = Pattern.compile("(\\.\\d)\\d+");
    private static final Pattern CLIP = Pattern.compile("clip\\d+");

    private Charts() {}

    /** Writes {@code name.svg} into a directory. */
    public static void draw(Plot plot, Path directory) throws IOException {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(plot.title())
                .xAxisTitle(plot.x())
                .yAxisTitle(plot.y())
                .build();
        chart.getStyler()
                .setYAxisLogarithmic(plot.isLogarithmic())
                .setPlotGridLinesStroke(new BasicStroke(0.3f))
                .setLegendPosition(LegendPosition.OutsideE)
                .setChartBackgroundColor(Color.WHITE);
        for (Plot.Line line : plot.lines()) {
            chart.addSeries(line.name(), line.xs(), line.ys())
                    .setMarker(line.xs().size() > MARKED_POINTS ? SeriesMarkers.NONE : SeriesMarkers.CIRCLE);
        }
        save(chart, directory, plot.name());
    }

    /** Writes {@code name.svg} into a directory: three bars each, for a range is not as long above its median as below. */
    public static void draw(BarPlot plot, Path directory) throws IOException {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(plot.title())
                .yAxisTitle(plot.y())
                .build();
        double least =
                plot.bars().stream().mapToDouble(BarPlot.Bar::least).min().orElseThrow();
        // who fails is a hundred times above who does well, among whom the reader has to tell; untold, bars begin at 0
        chart.getStyler()
                .setYAxisLogarithmic(true)
                .setYAxisMin(Math.pow(10, Math.floor(Math.log10(least))))
                .setXAxisLabelRotation(90)
                .setXAxisLabelAlignmentVertical(TextAlignment.Right)
                .setPlotGridLinesStroke(new BasicStroke(0.3f))
                .setLegendPosition(LegendPosition.OutsideE)
                .setChartBackgroundColor(Color.WHITE);
        List<String> names = plot.bars().stream().map(BarPlot.Bar::name).toList();
        chart.addSeries(
                "least", names, plot.bars().stream().map(BarPlot.Bar::least).toList());
        chart.addSeries(
                "median", names, plot.bars().stream().map(BarPlot.Bar::height).toList());
        chart.addSeries(
                "most", names, plot.bars().stream().map(BarPlot.Bar::most).toList());
        save(chart, directory, plot.name());
    }

    private static void save(Chart<?, ?> chart, Path directory, String name) throws IOException {
        Files.createDirectories(directory);
        Path file = directory.resolve(name + ".svg");
        VectorGraphicsEncoder.saveVectorGraphic(chart, file.toString(), VectorGraphicsFormat.SVG);
        Files.writeString(file, tidy(Files.readString(file)));
    }

    /** Letters are outlines of ten digits a point, and a name in the file differs each time that it is drawn. */
    private static String tidy(String svg) {
        return FRACTION.matcher(CLIP.matcher(svg).replaceAll("clip")).replaceAll(number -> number.group(1));
    }
}
