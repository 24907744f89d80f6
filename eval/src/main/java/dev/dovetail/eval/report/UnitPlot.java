package dev.dovetail.eval.report;

import java.util.Locale;

/** A plot of values from 0 to 1 over values from 0 to 1. */
final class UnitPlot {

  private static final int LEFT = 40;
  private static final int RIGHT = 8;
  private static final int TOP = 24;
  private static final int BOTTOM = 36;
  private static final int HEIGHT = 286;
  private static final int TICKS = 5;
  private static final int LEGEND = 100;

  private final Element svg;
  private int series;

  UnitPlot(String label, String xTitle, String yTitle) {
    svg = Chart.svg(HEIGHT, label);
    for (int i = 0; i <= TICKS; i++) {
      double at = i / (double) TICKS;
      String tick = String.format(Locale.ROOT, "%.1f", at);
      svg.add(Chart.line(x(at), y(0), x(at), y(1), "grid"));
      svg.add(Chart.line(x(0), y(at), x(1), y(at), "grid"));
      svg.add(Chart.text(x(at), y(0) + 14, "middle", tick));
      svg.add(Chart.text(x(0) - 5, y(at) + 4, "end", tick));
    }
    svg.add(Chart.text(x(0.5), HEIGHT - 5, "middle", xTitle));
    svg.add(
        Chart.text(0, 0, "middle", yTitle)
            .with("transform", "translate(11 " + Element.number(y(0.5)) + ") rotate(-90)"));
  }

  private static double x(double value) {
    return LEFT + value * (Chart.WIDTH - LEFT - RIGHT);
  }

  private static double y(double value) {
    return HEIGHT - BOTTOM - value * (HEIGHT - TOP - BOTTOM);
  }

  /** Adds a line through the points that have a value, with an entry of the legend, up to three. */
  UnitPlot line(String name, double[] xs, double[] ys) {
    String style = "series s" + (series + 1);
    double at = LEFT + LEGEND * series;
    svg.add(Element.of("path").with("d", path(xs, ys)).with("class", style));
    svg.add(Chart.line(at, 9, at + 24, 9, style), Chart.text(at + 29, 13, "start", name));
    series++;
    return this;
  }

  static String path(
      double[] xs, double[] ys, double left, double top, double width, double height) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < xs.length; i++) {
      if (!Double.isNaN(ys[i])) {
        path.append(path.length() == 0 ? 'M' : 'L')
            .append(Element.number(left + width * xs[i]))
            .append(' ')
            .append(Element.number(top + height * (1 - ys[i])));
      }
    }
    return path.toString();
  }

  private static String path(double[] xs, double[] ys) {
    return path(xs, ys, x(0), y(1), x(1) - x(0), y(0) - y(1));
  }

  /** The line on which both values are equal. */
  UnitPlot diagonal() {
    svg.add(Chart.line(x(0), y(0), x(1), y(1), "diagonal"));
    return this;
  }

  /** Adds a bar from the bottom up. */
  UnitPlot bar(double from, double to, double value, String style, String tooltip) {
    svg.add(
        Chart.rectangle(x(from) + 0.5, y(value), x(to) - x(from) - 1, y(0) - y(value), style)
            .add(Chart.tooltip(tooltip)));
    return this;
  }

  Element element() {
    return svg;
  }
}
