package dev.dovetail.eval.report;

import static j2html.TagCreator.div;

import dev.dovetail.eval.TextTable;
import dev.dovetail.eval.analysis.RecallCurves;
import dev.dovetail.eval.coco.CocoEvaluation;
import dev.dovetail.eval.coco.CocoEvaluation.CategoryMetrics;
import dev.dovetail.eval.coco.CocoEvaluation.SizeMetrics;
import dev.dovetail.eval.coco.params.AreaRange;
import dev.dovetail.eval.coco.params.Protocol;
import j2html.tags.DomContent;
import j2html.tags.specialized.DivTag;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The metrics of detections: over the data set, by size and by class, with precision-recall curves.
 */
public final class DetectionSections {

  private static final double NONE = -1;

  /** An area larger than any image, in pixels. */
  private static final double UNBOUNDED = 1e9;

  private static final double[] SHOWN = {0.5, 0.75, 0.95};

  private DetectionSections() {}

  /**
   * {@return all sections of an evaluation}
   *
   * @param evaluation the evaluation
   */
  public static List<Section> of(CocoEvaluation evaluation) {
    List<Section> sections = new ArrayList<>();
    sections.add(summary(evaluation));
    if (evaluation.params().protocol() == Protocol.CITYSCAPES) {
      sections.add(classes(evaluation));
      return sections;
    }
    sections.add(sizes(evaluation));
    sections.add(classes(evaluation));
    sections.add(curves(RecallCurves.of(evaluation), evaluation.params().type().overlap()));
    return sections;
  }

  private static Section summary(CocoEvaluation evaluation) {
    Tiles tiles = new Tiles();
    for (int i = 0; i < evaluation.statNames().size(); i++) {
      tiles.percent(evaluation.statNames().get(i), value(evaluation.stats()[i]), 1);
    }
    return new Section(
        "summary",
        "Summary",
        List.of(
            Section.paragraph("In percent, as reported by the reference tool."), tiles.element()));
  }

  private static double value(double number) {
    return number == NONE ? Double.NaN : number;
  }

  private static Section sizes(CocoEvaluation evaluation) {
    HtmlTable table = new HtmlTable(List.of("size", "area in pixels", "AP", "AR", "classes"));
    for (SizeMetrics size : evaluation.perSize()) {
      table.row(
          size.area().name(),
          List.of(
              HtmlTable.text(range(size.area())),
              HtmlTable.percent(value(size.ap())),
              HtmlTable.percent(value(size.ar())),
              HtmlTable.count(size.categories())));
    }
    return new Section(
        "sizes",
        "By size",
        List.of(
            Section.paragraph(
                "The last column is the number of classes that have ground truths of the size."),
            table.element()));
  }

  private static String range(AreaRange area) {
    return TextTable.fixed(area.low(), 0)
        + (area.high() >= UNBOUNDED ? " and more" : " to " + TextTable.fixed(area.high(), 0));
  }

  private static Section classes(CocoEvaluation evaluation) {
    List<CategoryMetrics> categories = evaluation.perCategory();
    List<String> names =
        categories.isEmpty() ? List.of() : List.copyOf(categories.get(0).values().keySet());
    List<String> head = new ArrayList<>(List.of("class"));
    head.addAll(names);
    HtmlTable table = new HtmlTable(head);
    for (CategoryMetrics category : categories) {
      List<DomContent> cells = new ArrayList<>();
      for (Map.Entry<String, Double> number : category.values().entrySet()) {
        double value = value(number.getValue());
        cells.add(number.getKey().equals("AP") ? HtmlTable.bar(value) : HtmlTable.percent(value));
      }
      table.row(category.name(), cells);
    }
    return new Section(
        "classes",
        "By class",
        List.of(
            Section.paragraph(
                "A dash marks a class without ground truths. Click a heading to sort."),
            table.tall()));
  }

  private static Section curves(RecallCurves curves, String overlap) {
    Plot plot = new Plot("Precision by recall", Axis.unit("recall"), Axis.unit("precision"));
    int[] shown = curves.thresholds(SHOWN);
    int[] drawn = shown.length > 0 ? shown : new int[] {0};
    for (int t : drawn) {
      plot.line(
          overlap + " " + TextTable.fixed(curves.iouThresholds()[t], 2),
          curves.recalls(),
          curves.mean(t));
    }
    DivTag small = div().withClass("small");
    for (int k = 0; k < curves.categories().size(); k++) {
      double[] precision = curves.precision()[k][drawn[0]];
      if (!Double.isNaN(precision[0])) {
        small.with(
            Section.figure(
                curves.categories().get(k).name(), SmallPlot.of(curves.recalls(), precision)));
      }
    }
    return new Section(
        "curves",
        "Precision and recall",
        List.of(
            Section.figures(
                Section.figure("Mean of all classes, objects of all sizes", plot.element())),
            Section.details(
                "By class, at "
                    + overlap
                    + " "
                    + TextTable.fixed(curves.iouThresholds()[drawn[0]], 2),
                small)));
  }
}
