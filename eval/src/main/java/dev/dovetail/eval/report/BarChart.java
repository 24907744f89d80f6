package dev.dovetail.eval.report;

/** Horizontal bars, one below the other, each with its name and its value. */
final class BarChart {

  private static final int ROW = 26;
  private static final int LEFT = 52;
  private static final int RIGHT = 50;

  private final Svg svg;
  private final double scale;
  private int rows;

  /**
   * An empty chart.
   *
   * @param rows the number of bars
   * @param largest the value that fills the width
   */
  BarChart(String label, int rows, double largest) {
    svg = Chart.svg(ROW * rows + 4, label);
    scale = largest > 0 ? (Chart.WIDTH - LEFT - RIGHT) / largest : 0;
  }

  BarChart bar(String name, double value, String shown, String tooltip) {
    double top = ROW * rows + 4.0;
    double width = Math.max(1, value * scale);
    svg.with(Chart.text(LEFT - 6, top + 14, "end", name));
    svg.with(
        Chart.rectangle(LEFT, top, width, ROW - 8, "mark").with(Chart.tooltip(tooltip)),
        Chart.text(LEFT + width + 5, top + 14, "start", shown));
    rows++;
    return this;
  }

  Svg element() {
    return svg;
  }
}
