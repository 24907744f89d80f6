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

/**
 * The sections that explain the numbers of detections: errors, confused classes and calibration.
 */
public final class AnalysisSections {

  private AnalysisSections() {}

  /**
   * {@return all sections of an analysis}
   *
   * @param analysis the analysis
   * @param links to the counted objects
   */
  public static List<Section> of(DetectionAnalysis analysis, PictureLinks links) {
    List<Section> sections = new ArrayList<>();
    if (analysis.type() != IouType.KEYPOINTS) { // tidecv has no keypoints
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
        new BarChart("AP lost to each kind of error", ErrorType.values().length, largest);
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
    table.row("FalsePos", special(errors.falsePositives(), "all false detections together"));
    table.row("FalseNeg", special(errors.falseNegatives(), "all missed ground truths together"));
    return new Section(
        "errors",
        "Errors",
        List.of(
            Section.paragraph(
                "The number of percentage points by which the AP50 of "
                    + TextTable.fixed(errors.ap(), 2)
                    + " would rise if one kind of error were fixed and everything else stayed the"
                    + " same (TIDE). The costs do not add up to a total. Like tidecv's, the counts"
                    + " include detections in crowd regions. The pictures show those separately, as"
                    + " ignored."),
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
                "Detections with a score of at least %s, paired with ground truths at %s %s or"
                    + " more, regardless of class: %d are right, %d match nothing, and %d ground"
                    + " truths were not found.",
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
            "Share of correct detections by score",
            Axis.unit("score"),
            Axis.unit("share of correct detections"));
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
            "How often detections of a score are correct, at "
                + analysis.type().overlap()
                + " "
                + ErrorEvaluator.FOREGROUND
                + " or more. Bars on the dashed line are calibrated. Bars below it mean that the"
                + " scores are overconfident."));
    contents.add(
        new Tiles()
            .add("ECE", error(calibration.errors().equalWidth()))
            .add("with equal-mass bins", error(calibration.errors().equalMass()))
            .add("mean of classes", error(calibration.errors().classwise()))
            .add("largest gap", error(calibration.errors().largest()))
            .element());
    if (calibration.outside() > 0) {
      contents.add(
          Section.paragraph(
              calibration.outside() + " detections have a score outside 0 to 1 and are excluded."));
    }
    contents.add(Section.figures(Section.figure("Reliability", plot.element()), table.element()));
    return new Section("calibration", "Calibration", contents);
  }

  private static String error(double value) {
    return Double.isNaN(value) ? "–" : TextTable.fixed(value, 3);
  }
}
