package dev.dovetail.eval.report;

import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** The sections of a benchmark's report: accuracy by speed, and tables. */
public final class SpeedSections {

  private static final String LATENCY = "milliseconds per run, median";
  private static final String RATE = "images per second";

  private SpeedSections() {}

  /**
   * The results of one model at one batch size.
   *
   * @param milliseconds per run
   * @param accuracy fractions by the name of the metric; empty if the model was not scored
   */
  public record Point(
      String model,
      int batch,
      double milliseconds,
      double imagesPerSecond,
      Map<String, Double> accuracy) {

    private String name() {
      return batch == 1 ? model : model + " ×" + batch;
    }
  }

  /** The axes and values of a chart. */
  private record Chosen(
      String across, ToDoubleFunction<Point> x, String up, ToDoubleFunction<Point> y) {

    private String title() {
      return up + " against " + across;
    }
  }

  /**
   * {@return charts of accuracy by latency, of accuracy by throughput, and of throughput by
   * latency}
   *
   * @param points at least one
   */
  public static Section charts(List<Point> points) {
    Set<String> metrics = new LinkedHashSet<>();
    points.forEach(p -> metrics.addAll(p.accuracy().keySet()));
    List<DomContent> figures = new ArrayList<>();
    for (String metric : metrics) {
      List<Point> scored =
          points.stream()
              .filter(p -> Double.isFinite(p.accuracy().getOrDefault(metric, Double.NaN)))
              .toList();
      if (scored.isEmpty()) {
        continue;
      }
      ToDoubleFunction<Point> percent = p -> 100 * p.accuracy().get(metric);
      String up = metric + " in percent";
      figures.add(
          figure(
              of(scored, Comparator.comparingInt(Point::batch)),
              new Chosen(LATENCY, Point::milliseconds, up, percent)));
      figures.add(
          figure(
              of(scored, Comparator.comparingDouble(p -> -p.imagesPerSecond())),
              new Chosen(RATE, Point::imagesPerSecond, up, percent)));
    }
    figures.add(
        figure(points, new Chosen(LATENCY, Point::milliseconds, RATE, Point::imagesPerSecond)));
    return new Section(
        "charts",
        metrics.isEmpty() ? "Speed" : "Accuracy and speed",
        List.of(
            Section.paragraph(
                "A name with ×8 means batches of 8. Accuracy is plotted by the latency of the"
                    + " smallest batch and by the throughput of the fastest one."),
            Section.figures(figures.toArray(DomContent[]::new))));
  }

  /** The first point of each model. */
  private static List<Point> of(List<Point> points, Comparator<Point> order) {
    Map<String, Point> first = new LinkedHashMap<>();
    points.stream().sorted(order).forEach(p -> first.putIfAbsent(p.model(), p));
    return List.copyOf(first.values());
  }

  private static DomContent figure(List<Point> points, Chosen chosen) {
    boolean fast = chosen.up().equals(RATE);
    Axis across = wide(chosen.across(), points, chosen.x());
    Axis up =
        fast
            ? wide(chosen.up(), points, chosen.y())
            : Axis.around(
                chosen.up(),
                points.stream().mapToDouble(chosen.y()).min().orElse(0),
                points.stream().mapToDouble(chosen.y()).max().orElse(1));
    Plot plot = new Plot(chosen.title(), across, up);
    for (Point p : points) {
      double x = chosen.x().applyAsDouble(p);
      double y = chosen.y().applyAsDouble(p);
      plot.named(
          x,
          y,
          p.name(),
          p.name()
              + (": " + Svg.number(y) + " " + chosen.up())
              + (", " + Svg.number(x) + " " + chosen.across()));
    }
    return Section.figure(chosen.title(), plot.element());
  }

  private static Axis wide(String title, List<Point> points, ToDoubleFunction<Point> value) {
    return Axis.logarithmic(
        title,
        0.8 * points.stream().mapToDouble(value).min().orElse(1),
        1.25 * points.stream().mapToDouble(value).max().orElse(1));
  }

  /**
   * {@return a table under a heading}
   *
   * @param id of the section within the page
   * @param rows the cells of each row; the first cell is its name
   */
  public static Section table(
      String id, String title, String note, List<String> head, List<List<String>> rows) {
    HtmlTable table = new HtmlTable(head);
    for (List<String> row : rows) {
      table.row(
          row.get(0),
          row.stream()
              .skip(1)
              .map(
                  cell ->
                      cell.matches("[-+]?[0-9].*|–")
                          ? HtmlTable.numeric(cell)
                          : HtmlTable.text(cell))
              .toList());
    }
    return new Section(id, title, List.of(Section.paragraph(note), table.tall()));
  }
}
