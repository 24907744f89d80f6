package dev.dovetail.eval.report;

import dev.dovetail.eval.bootstrap.Bootstrap;
import dev.dovetail.eval.bootstrap.Comparison;
import dev.dovetail.eval.bootstrap.Difference;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The section that compares two results. */
public final class ComparisonSection {

  private static final int CLASSES_SHOWN = 30;

  private ComparisonSection() {}

  /**
   * {@return the differences of all metrics, and the classes that changed}
   *
   * @param comparison the comparison
   */
  public static Section of(Comparison comparison) {
    Bootstrap bootstrap = comparison.bootstrap();
    List<Difference> moved = comparison.moved();
    List<DomContent> contents = new ArrayList<>();
    contents.add(
        Section.paragraph(
            String.format(
                Locale.ROOT,
                "This result minus the other one, in percentage points, with %s intervals from %d"
                    + " samples of %d images drawn with replacement (seed %d). Intervals that"
                    + " exclude 0 are colored.",
                bootstrap.percent(),
                bootstrap.resamples(),
                comparison.images(),
                bootstrap.seed())));
    DomContent numbers =
        Section.figure(
            "All metrics", IntervalChart.of("Differences of all metrics", comparison.numbers()));
    DomContent classes =
        Section.figure(
            moved.size() > CLASSES_SHOWN
                ? "The " + CLASSES_SHOWN + " classes that changed most, " + comparison.classMetric()
                : "Classes that changed, " + comparison.classMetric(),
            IntervalChart.of(
                "Differences of classes", moved.stream().limit(CLASSES_SHOWN).toList()));
    contents.add(moved.isEmpty() ? Section.figures(numbers) : Section.figures(numbers, classes));
    contents.add(table("number", comparison.numbers()));
    contents.add(
        Section.paragraph(
            String.format(
                Locale.ROOT,
                "%d of %d classes changed significantly; if the results were equal, %d %% would.",
                moved.size(),
                comparison.classes().size(),
                Math.round(100 * (1 - bootstrap.confidence())))));
    contents.add(
        Section.details(
            comparison.classMetric() + " of all classes", table("class", comparison.classes())));
    return new Section("comparison", "Comparison", contents);
  }

  private static DomContent table(String what, List<Difference> differences) {
    HtmlTable table =
        new HtmlTable(List.of(what, "this", "other", "difference", "from", "to", "moved"));
    for (Difference d : differences) {
      table.row(
          d.name(),
          List.of(
              HtmlTable.percent(d.value()),
              HtmlTable.percent(d.other()),
              HtmlTable.signed(d.difference()),
              HtmlTable.signed(d.low()),
              HtmlTable.signed(d.high()),
              HtmlTable.text(!d.isMoved() ? "" : d.difference() > 0 ? "better" : "worse")));
    }
    return table.tall();
  }
}
