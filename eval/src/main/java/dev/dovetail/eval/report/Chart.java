package dev.dovetail.eval.report;

import java.util.Locale;

/** The pieces of SVG that all charts are made of; one unit is a pixel on a phone. */
final class Chart {

  /** Width of every chart, which is scaled to the room there is. */
  static final int WIDTH = 360;

  private static final double CHARACTER = 6.2;

  private Chart() {}

  /**
   * A drawing.
   *
   * @param label what it shows, for those who do not see it
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
   * @param anchor {@code start}, {@code middle} or {@code end}: which part of it stands at x
   */
  static Svg text(double x, double y, String anchor, String text) {
    return Svg.of("text").withText(text).attr("x", x).attr("y", y).attr("text-anchor", anchor);
  }

  /** About the room that a text takes. */
  static double width(String text) {
    return CHARACTER * text.length();
  }

  /** A text cut to the room there is. */
  static String cut(String text, double room) {
    int most = Math.max(2, (int) (room / CHARACTER));
    return text.length() <= most ? text : text.substring(0, most - 1) + "…";
  }

  /** What is shown when the pointer rests on a mark. */
  static Svg tooltip(String text) {
    return Svg.of("title").withText(text);
  }
}
