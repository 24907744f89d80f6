package dev.dovetail.eval.report;

import static j2html.TagCreator.td;

import dev.dovetail.eval.TextTable;
import dev.dovetail.eval.analysis.Calibration;
import dev.dovetail.eval.analysis.Calibration.Bin;
import dev.dovetail.eval.analysis.ConfusionEvaluator;
import dev.dovetail.eval.analysis.DetectionAnalysis;
import dev.dovetail.eval.analysis.DetectionConfusion;
import dev.dovetail.eval.analysis.ErrorBreakdown;
import dev.dovetail.eval.analysis.ErrorEvaluator;
import dev.dovetail.eval.analysis.ErrorType;
import dev.dovetail.eval.coco.params.IouType;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What lies behind the numbers of detections: errors, confused classes, calibration. */
public final class AnalysisSections {

  private AnalysisSections() {}

  /**
   * {@return all of them}
   *
   * @param analysis the analysis
   * @param links to the objects that are counted
   */
  public static List<Section> of(DetectionAnalysis analysis, PictureLinks links) {
    List<Section> sections = new ArrayList<>();
    if (analysis.type() != IouType.KEYPOINTS) { // tidecv knows none
      sections.add(errors(analysis, links));
    }
    sections.add(confusion(analysis, links));
    sections.add(ConfidenceSection.of(analysis));
    sections.add(calibration(analysis));
    return sections;
  }

  private static Section errors(DetectionAnalysis analysis, PictureLinks links) {
    ErrorBreakdown errors = analysis.errors();
    double largest =
        errors.cost().values().stream().mapToDouble(Double::doubleValue).max().orElse(0);
    BarChart chart =
        new BarChart("AP that each kind of error costs", ErrorType.values().length, largest);
    HtmlTable table = new HtmlTable(List.of("error", "costs", "count", "meaning"));
    for (ErrorType type : ErrorType.values()) {
      String cost = TextTable.fixed(errors.cost().get(type), 2);
      long count = errors.counts().get(type);
      chart.bar(type.label(), errors.cost().get(type), cost, count + " × " + type.meaning());
      table.row(
          type.label(),
          List.of(
              HtmlTable.numeric(cost),
              td(links.errors(type, Long.toString(count))).withClass("n"),
              HtmlTable.text(type.meaning())));
    }
    table.row("FalsePos", special(errors.falsePositives(), "all false detections at once"));
    table.row("FalseNeg", special(errors.falseNegatives(), "all that is not found at once"));
    return new Section(
        "errors",
        "Errors",
        List.of(
            Section.paragraph(
                "By how much the AP50 of "
                    + TextTable.fixed(errors.ap(), 2)
                    + " would rise in percent points if one kind of error were repaired and all"
                    + " else stayed as it is (TIDE). The costs do not add up. The counts, as tidecv's,"
                    + " have what lies in a crowd; pictures show that apart, as ignored."),
            Section.figures(Section.figure("Cost of each kind", chart.element()), table.element()),
            Section.details("Counts of each class", perClass(analysis))));
  }

  private static List<DomContent> special(double cost, String meaning) {
    return List.of(
        HtmlTable.numeric(TextTable.fixed(cost, 2)),
        HtmlTable.numeric("–"),
        HtmlTable.text(meaning));
  }

  private static DomContent perClass(DetectionAnalysis analysis) {
    List<String> head = new ArrayList<>(List.of("class"));
    for (ErrorType type : ErrorType.values()) {
      head.add(type.label());
    }
    HtmlTable table = new HtmlTable(head);
    for (int k = 0; k < analysis.categories().size(); k++) {
      Map<ErrorType, Long> counts = analysis.errors().perCategory().get(k);
      table.row(
          analysis.categories().get(k).name(),
          counts.values().stream().map(HtmlTable::count).toList());
    }
    return table.tall();
  }

  private static Section confusion(DetectionAnalysis analysis, PictureLinks links) {
    DetectionConfusion confusion = analysis.confusion();
    List<String> names = new ArrayList<>();
    analysis.categories().forEach(category -> names.add(category.name()));
    names.add("nothing");
    List<DomContent> contents = new ArrayList<>();
    contents.add(
        Section.paragraph(
            String.format(
                Locale.ROOT,
                "Detections from score %s on, paired with ground truths from %s %s on, whatever"
                    + " the class: %d are right, %d are of nothing, %d ground truths were not"
                    + " found.",
                ConfusionEvaluator.SCORE,
                analysis.type().overlap(),
                ConfusionEvaluator.OVERLAP,
                confusion.right(),
                confusion.ofNothing(),
                confusion.notFound())));
    contents.addAll(
        ConfusionFigures.of(
            names, confusion.categories(), confusion.counts(), "detected as", links));
    return new Section("confusion", "Confusion", contents);
  }

  private static Section calibration(DetectionAnalysis analysis) {
    Calibration calibration = analysis.calibration();
    Plot plot =
        new Plot(
            "Share of right detections by score",
            Axis.unit("score"),
            Axis.unit("share that is right"));
    HtmlTable table = new HtmlTable(List.of("score", "detections", "mean score", "right"));
    for (Bin bin : calibration.bins()) {
      String range = TextTable.fixed(bin.low(), 2) + " to " + TextTable.fixed(bin.high(), 2);
      table.row(
          range,
          List.of(
              HtmlTable.count(bin.detections()),
              HtmlTable.percent(bin.meanScore()),
              HtmlTable.percent(bin.precision())));
      if (bin.detections() > 0) {
        plot.bar(
            bin.low(),
            bin.high(),
            bin.precision(),
            "mark",
            String.format(
                Locale.ROOT,
                "score %s: %d detections, %s %% right",
                range,
                bin.detections(),
                TextTable.fixed(100 * bin.precision(), 1)));
      }
    }
    plot.diagonal();
    List<DomContent> contents = new ArrayList<>();
    contents.add(
        Section.paragraph(
            "How often detections of a score are right, from "
                + analysis.type().overlap()
                + " "
                + ErrorEvaluator.FOREGROUND
                + " on. Bars on the dashed line are calibrated; below it the scores promise too"
                + " much."));
    contents.add(
        new Tiles()
            .add("ECE", error(calibration.errors().equalWidth()))
            .add("of equal-mass bins", error(calibration.errors().equalMass()))
            .add("mean of classes", error(calibration.errors().classwise()))
            .add("largest gap", error(calibration.errors().largest()))
            .element());
    if (calibration.outside() > 0) {
      contents.add(
          Section.paragraph(
              calibration.outside() + " detections have a score outside 0 to 1 and are left out."));
    }
    contents.add(Section.figures(Section.figure("Reliability", plot.element()), table.element()));
    return new Section("calibration", "Calibration", contents);
  }

  private static String error(double value) {
    return Double.isNaN(value) ? "–" : TextTable.fixed(value, 3);
  }
}
