package dev.dovetail.eval.report;

import dev.dovetail.eval.TextTable;
import dev.dovetail.eval.analysis.ConfidenceCurves;
import dev.dovetail.eval.analysis.ConfidenceCurves.Curve;
import dev.dovetail.eval.analysis.DetectionAnalysis;
import dev.dovetail.eval.analysis.ErrorEvaluator;
import j2html.tags.DomContent;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/** The section about precision, recall and F1 by score threshold. */
final class ConfidenceSection {

  private ConfidenceSection() {}

  static Section of(DetectionAnalysis analysis) {
    ConfidenceCurves curves = analysis.confidence();
    Curve all = curves.all();
    double[] scores = curves.scores();
    int best = all.best();
    Plot plot =
        new Plot(
            "Precision, recall and F1 by score",
            Axis.exact("score threshold", scores[0], scores[scores.length - 1]),
            Axis.unit("share"));
    plot.line("precision", scores, values(scores, all::precision))
        .line("recall", scores, values(scores, all::recall))
        .line("F1", scores, values(scores, all::f1))
        .mark(scores[best], "best F1 at " + TextTable.fixed(scores[best], 2));
    DomContent tiles =
        new Tiles()
            .add("score with the best F1", TextTable.fixed(scores[best], 2))
            .percent("F1 at this score", all.f1(best), 1)
            .percent("precision at this score", all.precision(best), 1)
            .percent("recall at this score", all.recall(best), 1)
            .element();
    HtmlTable table =
        new HtmlTable(List.of("class", "best score", "F1", "precision", "recall", "objects"));
    for (int k = 0; k < analysis.categories().size(); k++) {
      Curve curve = curves.perCategory().get(k);
      if (curve.truths() > 0) {
        int its = curve.best();
        table.row(
            analysis.categories().get(k).name(),
            List.of(
                HtmlTable.numeric(TextTable.fixed(scores[its], 2)),
                HtmlTable.bar(curve.f1(its)),
                HtmlTable.percent(curve.precision(its)),
                HtmlTable.percent(curve.recall(its)),
                HtmlTable.count(curve.truths())));
      }
    }
    return new Section(
        "confidence",
        "Confidence",
        List.of(
            Section.paragraph(
                "Precision, recall and F1 of the detections above a score threshold, over all"
                    + " classes, at "
                    + analysis.type().overlap()
                    + " "
                    + ErrorEvaluator.FOREGROUND
                    + ". The score with the best F1 is a good threshold for an application. The"
                    + " table lists the best score of each class."),
            tiles,
            Section.figures(
                Section.figure("Precision, recall and F1", plot.element()), table.tall())));
  }

  private static double[] values(double[] scores, IntToDoubleFunction value) {
    return IntStream.range(0, scores.length).mapToDouble(value).toArray();
  }
}
