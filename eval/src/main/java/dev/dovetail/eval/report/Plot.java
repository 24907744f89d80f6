package dev.dovetail.eval.report;

import java.util.ArrayList;
import java.util.List;

/** A plot with two axes: lines, bars and marks. */
final class Plot {

  private static final int LEFT = 46;
  private static final int RIGHT = 8;
  private static final int TOP = 24;
  private static final int BOTTOM = 36;
  private static final int HEIGHT = 286;
  private static final int LEGEND = 100;
  private static final int LINE = 11;

  private final Svg svg;
  private final Axis across;
  private final Axis up;
  private final List<Place> names = new ArrayList<>();
  private int series;

  /** The area that a name covers. */
  private record Place(double left, double right, double y) {

    private boolean overlaps(Place other) {
      return left < other.right && other.left < right && Math.abs(y - other.y) < LINE;
    }
  }

  Plot(String label, Axis across, Axis up) {
    this.across = across;
    this.up = up;
    svg = Chart.svg(HEIGHT, label);
    for (Axis.Tick tick : across.ticks()) {
      double x = x(tick.value());
      svg.with(Chart.line(x, bottom(), x, top(), "grid"));
      svg.with(Chart.text(x, bottom() + 14, "middle", tick.text()));
    }
    for (Axis.Tick tick : up.ticks()) {
      double y = y(tick.value());
      svg.with(Chart.line(left(), y, right(), y, "grid"));
      svg.with(Chart.text(left() - 5, y + 4, "end", tick.text()));
    }
    svg.with(Chart.text((left() + right()) / 2, HEIGHT - 5, "middle", across.title()));
    svg.with(
        Chart.text(0, 0, "middle", up.title())
            .attr(
                "transform",
                "translate(11 " + Svg.number((top() + bottom()) / 2) + ") rotate(-90)"));
  }

  private static double left() {
    return LEFT;
  }

  private static double right() {
    return Chart.WIDTH - RIGHT;
  }

  private static double top() {
    return TOP;
  }

  private static double bottom() {
    return HEIGHT - BOTTOM;
  }

  private double x(double value) {
    return left() + across.place(value) * (right() - left());
  }

  private double y(double value) {
    return bottom() - up.place(value) * (bottom() - top());
  }

  /** Adds a line through the points that have a value, with a legend entry. At most three lines. */
  Plot line(String name, double[] xs, double[] ys) {
    String style = "series s" + (series + 1);
    double at = left() + LEGEND * series;
    svg.with(line(xs, ys, style));
    svg.with(Chart.line(at, 9, at + 24, 9, style), Chart.text(at + 29, 13, "start", name));
    series++;
    return this;
  }

  /** Adds the only line, which needs no legend. */
  Plot curve(double[] xs, double[] ys) {
    svg.with(line(xs, ys, "series s1"));
    return this;
  }

  /** Adds a thin line in the background. */
  Plot raw(double[] xs, double[] ys) {
    svg.with(line(xs, ys, "raw"));
    return this;
  }

  private Svg line(double[] xs, double[] ys, String style) {
    double[] across = new double[xs.length];
    double[] up = new double[xs.length];
    for (int i = 0; i < xs.length; i++) {
      across[i] = x(xs[i]);
      up[i] = y(ys[i]);
    }
    return Svg.of("path").attr("d", path(across, up)).attr("class", style);
  }

  /** A path through the points inside the axes. */
  static String path(double[] xs, double[] ys) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < xs.length; i++) {
      if (Double.isFinite(ys[i])) {
        path.append(path.length() == 0 ? 'M' : 'L')
            .append(Svg.number(xs[i]))
            .append(' ')
            .append(Svg.number(ys[i]));
      }
    }
    return path.toString();
  }

  /** Adds a dot, unless the value is NaN. */
  Plot dot(double x, double y, String style, String tooltip) {
    if (Double.isFinite(y)) {
      svg.with(
          Svg.of("circle", Chart.tooltip(tooltip))
              .attr("cx", x(x))
              .attr("cy", y(y))
              .attr("r", 3.5)
              .attr("class", style));
    }
    return this;
  }

  /** Adds a dot with a name beside it, moved up or down if it would cover another name. */
  Plot named(double x, double y, String name, String tooltip) {
    dot(x, y, "dot d1", tooltip);
    boolean before = x(x) > (left() + right()) / 2;
    double width = Chart.width(name);
    double at = x(x) + (before ? -7 : 7);
    Place place = new Place(before ? at - width : at, before ? at : at + width, y(y) + 4);
    for (int i = 1; names.stream().anyMatch(place::overlaps); i++) {
      place = new Place(place.left(), place.right(), place.y() + (i % 2 == 0 ? -i : i) * LINE);
    }
    names.add(place);
    svg.with(Chart.text(at, place.y(), before ? "end" : "start", name));
    return this;
  }

  /** Adds the line from the lower left corner to the upper right one. */
  Plot diagonal() {
    svg.with(Chart.line(left(), bottom(), right(), top(), "diagonal"));
    return this;
  }

  /** Adds a vertical line at a value, with a label beside it. */
  Plot mark(double at, String name) {
    boolean before = x(at) > (left() + right()) / 2;
    svg.with(
        Chart.line(x(at), bottom(), x(at), top(), "diagonal"),
        Chart.text(x(at) + (before ? -5 : 5), bottom() - 8, before ? "end" : "start", name));
    return this;
  }

  /** Adds a bar that starts at the bottom. */
  Plot bar(double from, double to, double value, String style, String tooltip) {
    svg.with(
        Chart.rectangle(x(from) + 0.5, y(value), x(to) - x(from) - 1, bottom() - y(value), style)
            .with(Chart.tooltip(tooltip)));
    return this;
  }

  Svg element() {
    return svg;
  }
}
