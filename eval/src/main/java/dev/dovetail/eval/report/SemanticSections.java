package dev.dovetail.eval.report;

import dev.dovetail.eval.semantic.SemanticEvaluation;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The metrics of label maps: over the data set, by class, and the confusion matrix. */
public final class SemanticSections {

  private SemanticSections() {}

  /**
   * {@return all sections of an evaluation}
   *
   * @param evaluation the evaluation
   * @param names of the classes in order; a class without a name is shown by its number
   * @param links to the counted regions
   */
  public static List<Section> of(
      SemanticEvaluation evaluation, List<String> names, PictureLinks links) {
    List<String> all =
        IntStream.range(0, evaluation.classes())
            .mapToObj(c -> c < names.size() ? names.get(c) : Integer.toString(c))
            .toList();
    List<Section> sections = new ArrayList<>();
    sections.add(summary(evaluation));
    sections.add(classes(evaluation, all));
    if (evaluation.hasConfusion()) {
      sections.add(confusion(evaluation, all, links));
    }
    return sections;
  }

  private static Section summary(SemanticEvaluation evaluation) {
    Tiles tiles = new Tiles();
    evaluation.summary().forEach((name, value) -> tiles.percent(name, value, 2));
    return new Section(
        "summary",
        "Summary",
        List.of(
            Section.paragraph("In percent, as reported by the reference tool."), tiles.element()));
  }

  private static Section classes(SemanticEvaluation evaluation, List<String> names) {
    Map<String, double[]> ratios = evaluation.perClass();
    long all = Arrays.stream(evaluation.labelled()).sum();
    List<String> head = new ArrayList<>(List.of("class"));
    head.addAll(ratios.keySet());
    head.add("% of pixels");
    HtmlTable table = new HtmlTable(head);
    for (int c = 0; c < names.size(); c++) {
      List<DomContent> cells = new ArrayList<>();
      for (Map.Entry<String, double[]> values : ratios.entrySet()) {
        double value = values.getValue()[c];
        cells.add(values.getKey().equals("IoU") ? HtmlTable.bar(value) : HtmlTable.percent(value));
      }
      cells.add(HtmlTable.percent(evaluation.labelled()[c] / (double) all));
      table.row(names.get(c), cells);
    }
    return new Section(
        "classes",
        "By class",
        List.of(
            Section.paragraph("A dash marks a missing value. Click a heading to sort."),
            table.tall()));
  }

  private static Section confusion(
      SemanticEvaluation evaluation, List<String> names, PictureLinks links) {
    int n = evaluation.classes();
    long[][] counts = new long[n][n];
    for (int label = 0; label < n; label++) {
      for (int prediction = 0; prediction < n; prediction++) {
        counts[label][prediction] = evaluation.confusion(label, prediction);
      }
    }
    return new Section(
        "confusion", "Confusion", ConfusionFigures.of(names, n, counts, "predicted as", links));
  }
}
