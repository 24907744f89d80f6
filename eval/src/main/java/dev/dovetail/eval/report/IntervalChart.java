package dev.dovetail.eval.report;

import dev.dovetail.eval.bootstrap.Difference;
import java.util.List;

/** Differences with their confidence intervals, one below the other, around a line at 0. */
final class IntervalChart {

  private static final int ROW = 20;
  private static final int NAMES = 92;
  private static final int RIGHT = 14;
  private static final int BOTTOM = 34;

  private IntervalChart() {}

  /** Returns the chart of the differences that have an interval, in percentage points. */
  static Svg of(String label, List<Difference> differences) {
    List<Difference> shown =
        differences.stream().filter(d -> !Double.isNaN(d.low() + d.high())).toList();
    double reach = 0;
    for (Difference d : shown) {
      reach = Math.max(reach, Math.max(Math.abs(d.low()), Math.abs(d.high())));
    }
    reach = nice(reach == 0 ? 0.01 : reach);
    double middle = (NAMES + Chart.WIDTH - RIGHT) / 2.0;
    double scale = (Chart.WIDTH - RIGHT - NAMES) / 2.0 / reach;
    double bottom = ROW * shown.size() + 6;
    Svg svg = Chart.svg((int) bottom + BOTTOM, label);
    for (int tick = -2; tick <= 2; tick++) {
      double x = middle + tick * reach / 2 * scale;
      svg.with(Chart.line(x, 2, x, bottom, tick == 0 ? "zero" : "grid"));
      svg.with(
          Chart.text(
              x,
              bottom + 14,
              "middle",
              (tick > 0 ? "+" : "") + Svg.number(100 * tick * reach / 2)));
    }
    svg.with(Chart.text(middle, bottom + 29, "middle", "percentage points"));
    for (int i = 0; i < shown.size(); i++) {
      Difference d = shown.get(i);
      double y = ROW * i + ROW / 2.0 + 4;
      String style = !d.isMoved() ? "same" : d.difference() > 0 ? "better" : "worse";
      svg.with(
          Chart.text(NAMES - 6, y + 4, "end", Chart.cut(d.name(), NAMES - 8)),
          Chart.line(
              middle + d.low() * scale, y, middle + d.high() * scale, y, "interval " + style),
          Svg.of(
                  "circle",
                  Chart.tooltip(
                      d.name()
                          + (": " + HtmlTable.points(d.difference()))
                          + (" from " + HtmlTable.points(d.low()))
                          + (" to " + HtmlTable.points(d.high()))))
              .attr("cx", middle + d.difference() * scale)
              .attr("cy", y)
              .attr("r", 4)
              .attr("class", style));
    }
    return svg;
  }

  /** The next of 1, 2, 4, 10, 20, 40, … hundredths of a percentage point. */
  private static double nice(double value) {
    double step = Math.pow(10, Math.floor(Math.log10(value)));
    for (double factor : new double[] {1, 2, 4}) {
      if (value <= factor * step) {
        return factor * step;
      }
    }
    return 10 * step;
  }
}
