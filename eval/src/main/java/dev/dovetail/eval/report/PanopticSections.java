package dev.dovetail.eval.report;

import dev.dovetail.eval.panoptic.PanopticEvaluation;
import dev.dovetail.eval.panoptic.PanopticEvaluation.CategoryQuality;
import java.util.List;

/** The metrics of panoptic predictions: over the data set, of things and stuff, and by class. */
public final class PanopticSections {

  private PanopticSections() {}

  /**
   * {@return all sections of an evaluation}
   *
   * @param evaluation the evaluation
   */
  public static List<Section> of(PanopticEvaluation evaluation) {
    return List.of(summary(evaluation), classes(evaluation));
  }

  private static Section summary(PanopticEvaluation evaluation) {
    Tiles tiles = new Tiles();
    HtmlTable table = new HtmlTable(List.of("group", "PQ", "SQ", "RQ", "classes"));
    evaluation
        .overall()
        .forEach(
            (name, group) -> {
              tiles.percent("PQ " + name, group.pq(), 1);
              table.row(
                  name,
                  List.of(
                      HtmlTable.percent(group.pq()),
                      HtmlTable.percent(group.sq()),
                      HtmlTable.percent(group.rq()),
                      HtmlTable.count(group.n())));
            });
    return new Section(
        "summary",
        "Summary",
        List.of(
            Section.paragraph("In percent, as reported by the reference tool."),
            tiles.element(),
            table.element()));
  }

  private static Section classes(PanopticEvaluation evaluation) {
    HtmlTable table =
        new HtmlTable(
            List.of("class", "PQ", "SQ", "RQ", "found", "unmatched", "not found", "kind"));
    for (CategoryQuality c : evaluation.perCategory()) {
      table.row(
          c.category().name(),
          List.of(
              HtmlTable.bar(c.occurs() ? c.pq() : Double.NaN),
              HtmlTable.percent(c.occurs() ? c.sq() : Double.NaN),
              HtmlTable.percent(c.occurs() ? c.rq() : Double.NaN),
              HtmlTable.count(c.tp()),
              HtmlTable.count(c.fp()),
              HtmlTable.count(c.fn()),
              HtmlTable.text(c.category().isThing() ? "thing" : "stuff")));
    }
    return new Section(
        "classes",
        "By class",
        List.of(
            Section.paragraph("A dash marks a class that does not occur. Click a heading to sort."),
            table.tall()));
  }
}
