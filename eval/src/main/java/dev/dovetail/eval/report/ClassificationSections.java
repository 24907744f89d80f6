package dev.dovetail.eval.report;

import dev.dovetail.eval.bootstrap.Bootstrap;
import dev.dovetail.eval.bootstrap.Interval;
import dev.dovetail.eval.classification.ClassificationEvaluation;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The metrics of a classifier: over the data set, with confidence intervals, and by class. */
public final class ClassificationSections {

  private ClassificationSections() {}

  /**
   * {@return all sections of an evaluation}
   *
   * @param evaluation the evaluation
   * @param bootstrap the parameters of the intervals
   * @param intervals of the metrics over the whole data set
   */
  public static List<Section> of(
      ClassificationEvaluation evaluation, Bootstrap bootstrap, List<Interval> intervals) {
    return List.of(summary(evaluation, bootstrap, intervals), classes(evaluation));
  }

  /**
   * {@return the confusion matrix}
   *
   * @param classes the names of the classes
   * @param counts {@code [K + 1, K + 1]}; the last column is for classes that the data set does not
   *     have
   * @param links to the counted images
   */
  public static Section confusion(List<String> classes, long[][] counts, PictureLinks links) {
    return new Section("confusion", "Confusion", figures(classes, counts, links));
  }

  static List<DomContent> figures(List<String> classes, long[][] counts, PictureLinks links) {
    List<String> names = new ArrayList<>(classes);
    if (Arrays.stream(counts).anyMatch(row -> row[classes.size()] > 0)) {
      names.add("no class of the data set");
    }
    return ConfusionFigures.of(names, classes.size(), counts, "predicted as", links);
  }

  private static Section summary(
      ClassificationEvaluation evaluation, Bootstrap bootstrap, List<Interval> intervals) {
    Tiles tiles = new Tiles();
    HtmlTable table = new HtmlTable(List.of("number", "percent", "from", "to"));
    for (Interval i : intervals) {
      tiles.percent(i.name(), i.value(), 2);
      table.row(
          i.name(),
          List.of(
              HtmlTable.percent(i.value()),
              HtmlTable.percent(i.low()),
              HtmlTable.percent(i.high())));
    }
    tiles.add("images", Integer.toString(evaluation.images()));
    return new Section(
        "summary",
        "Summary",
        List.of(
            Section.paragraph(
                String.format(
                    Locale.ROOT,
                    "In percent, with %s intervals of %d resamples of the images (seed %d).",
                    bootstrap.percent(),
                    bootstrap.resamples(),
                    bootstrap.seed())),
            tiles.element(),
            table.element()));
  }

  private static Section classes(ClassificationEvaluation evaluation) {
    HtmlTable table = new HtmlTable(List.of("class", ClassificationEvaluation.TOP1, "images"));
    double[] top1 = evaluation.top1OfClasses();
    long[] images = evaluation.imagesOfClasses();
    for (int c = 0; c < top1.length; c++) {
      table.row(
          evaluation.classes().get(c), List.of(HtmlTable.bar(top1[c]), HtmlTable.count(images[c])));
    }
    return new Section(
        "classes",
        "By class",
        List.of(
            Section.paragraph("A dash marks a class without images. Click a heading to sort."),
            table.tall()));
  }
}
