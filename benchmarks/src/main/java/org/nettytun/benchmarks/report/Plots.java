package org.nettytun.benchmarks.report;

import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.Styler.YAxisPosition;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Plots as PNG. */
public final class Plots {
    private static final int WIDTH = 1100;
    private static final int HEIGHT = 560;
    private static final int LABEL_DEGREES = 35;

    private Plots() {
    }

    /**
     * Bars in groups.
     *
     * @param categories what stands under the groups
     * @param series     by the legend's words, the height of the bar in each group; NaN for none
     */
    public static void bars(Path png, String title, String yAxis, List<String> categories,
                            Map<String, List<Double>> series) throws IOException {
        CategoryChart chart = new CategoryChartBuilder().width(WIDTH).height(HEIGHT).title(title).yAxisTitle(yAxis)
                .build();
        chart.getStyler().setXAxisLabelRotation(LABEL_DEGREES);
        chart.getStyler().setLabelsVisible(series.size() == 1);
        chart.getStyler().setYAxisMin(0.0);
        series.forEach((name, heights) -> chart.addSeries(name, categories,
                heights.stream().map(height -> height.isNaN() ? null : height).toList()));
        save(png, chart);
    }

    /**
     * Lines.
     *
     * @param series by the legend's words, y by x
     */
    public static void lines(Path png, String title, String xAxis, String yAxis, boolean logarithmicX,
                             Map<String, ? extends Map<Double, Double>> series) throws IOException {
        XYChart chart = new XYChartBuilder().width(WIDTH).height(HEIGHT).title(title).xAxisTitle(xAxis)
                .yAxisTitle(yAxis).build();
        chart.getStyler().setXAxisLogarithmic(logarithmicX);
        chart.getStyler().setYAxisGroupPosition(0, YAxisPosition.Left);
        chart.getStyler().setYAxisMin(0.0);
        series.forEach((name, points) -> chart.addSeries(name, List.copyOf(points.keySet()),
                List.copyOf(points.values())));
        save(png, chart);
    }

    private static void save(Path png, Chart<?, ?> chart) throws IOException {
        chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        Files.createDirectories(png.toAbsolutePath().getParent());
        BitmapEncoder.saveBitmap(chart, png.toString(), BitmapFormat.PNG);
    }
}
