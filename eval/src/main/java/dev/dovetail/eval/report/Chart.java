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
  static Element svg(int height, String label) {
    return Element.of("svg")
        .with("viewBox", String.format(Locale.ROOT, "0 0 %d %d", WIDTH, height))
        .with("role", "img")
        .with("aria-label", label);
  }

  static Element line(double x1, double y1, double x2, double y2, String style) {
    return Element.of("line")
        .with("x1", x1)
        .with("y1", y1)
        .with("x2", x2)
        .with("y2", y2)
        .with("class", style);
  }

  static Element rectangle(double x, double y, double width, double height, String style) {
    return Element.of("rect")
        .with("x", x)
        .with("y", y)
        .with("width", Math.max(0, width))
        .with("height", Math.max(0, height))
        .with("class", style);
  }

  /**
   * A text.
   *
   * @param anchor {@code start}, {@code middle} or {@code end}: which part of it stands at x
   */
  static Element text(double x, double y, String anchor, String text) {
    return Element.of("text", text).with("x", x).with("y", y).with("text-anchor", anchor);
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
  static Element tooltip(String text) {
    return Element.of("title", text);
  }
}
