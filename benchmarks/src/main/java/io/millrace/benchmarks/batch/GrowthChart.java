// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.batch;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A curve of throughput against one thing, as a picture. */
final class GrowthChart {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 360;

    private GrowthChart() {}

    /** Draws the medians into a file that is named after the axis, and returns it. */
    static Path draw(GrowthAxis axis, double[] perSecond, Path directory) throws IOException {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title("Throughput against " + axis.label())
                .xAxisTitle(axis.label())
                .yAxisTitle("million records/s")
                .build();
        XYStyler styler = chart.getStyler();
        styler.setLegendVisible(false);
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setPlotBorderVisible(false);
        styler.setYAxisMin(0.0);
        styler.setXAxisLogarithmic(axis != GrowthAxis.CORES);
        double[] x = axis.points().stream().mapToDouble(Long::doubleValue).toArray();
        double[] y = Arrays.stream(perSecond).map(value -> value / 1e6).toArray();
        chart.addSeries("records/s", x, y).setMarker(SeriesMarkers.CIRCLE);
        String file = directory.resolve("growth-" + axis).toString();
        BitmapEncoder.saveBitmap(chart, file, BitmapFormat.PNG);
        return Path.of(file + ".png");
    }
}
