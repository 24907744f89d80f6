package dev.dovetail.eval.report;

import java.util.Locale;

/** The SVG elements shared by all charts. One unit is one pixel on a phone. */
final class Chart {

  /** The width of every chart. A chart is scaled to the available width. */
  static final int WIDTH = 360;

  private static final double CHARACTER = 6.2;

  private Chart() {}

  /**
   * A drawing.
   *
   * @param label a description for screen readers
   */
  static Svg svg(int height, String label) {
    return Svg.of("svg")
        .attr("viewBox", String.format(Locale.ROOT, "0 0 %d %d", WIDTH, height))
        .attr("role", "img")
        .attr("aria-label", label);
  }

  static Svg line(double x1, double y1, double x2, double y2, String style) {
    return Svg.of("line")
        .attr("x1", x1)
        .attr("y1", y1)
        .attr("x2", x2)
        .attr("y2", y2)
        .attr("class", style);
  }

  static Svg rectangle(double x, double y, double width, double height, String style) {
    return Svg.of("rect")
        .attr("x", x)
        .attr("y", y)
        .attr("width", Math.max(0, width))
        .attr("height", Math.max(0, height))
        .attr("class", style);
  }

  /**
   * A text.
   *
   * @param anchor {@code start}, {@code middle} or {@code end}: the part of the text that is
   *     aligned with x
   */
  static Svg text(double x, double y, String anchor, String text) {
    return Svg.of("text").withText(text).attr("x", x).attr("y", y).attr("text-anchor", anchor);
  }

  /** The approximate width of a text. */
  static double width(String text) {
    return CHARACTER * text.length();
  }

  /** A text truncated to the available width. */
  static String cut(String text, double room) {
    int most = Math.max(2, (int) (room / CHARACTER));
    return text.length() <= most ? text : text.substring(0, most - 1) + "…";
  }

  /** The tooltip of a mark. */
  static Svg tooltip(String text) {
    return Svg.of("title").withText(text);
  }
}
