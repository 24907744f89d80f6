package dev.dovetail.cli.score.semantic;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.dovetail.cli.score.scorer.Score;
import dev.dovetail.eval.report.Section;
import dev.dovetail.eval.report.SemanticSections;
import dev.dovetail.eval.semantic.SemanticEvaluation;
import dev.dovetail.eval.semantic.SemanticImages;
import dev.dovetail.eval.semantic.SemanticReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Label maps scored as mmsegmentation does.
 *
 * @param names of the classes, in their order
 */
record SemanticScore(SemanticEvaluation evaluation, SemanticImages resamplable, List<String> names)
    implements Score {

  /** A table of classes and one of means, in percent. */
  @Override
  public List<String> text() {
    List<String> text = new ArrayList<>(SemanticReport.classes(evaluation, names));
    text.add("");
    text.addAll(SemanticReport.summary(evaluation));
    return text;
  }

  @Override
  public List<Section> sections() {
    return SemanticSections.of(evaluation, names);
  }

  @Override
  public void writeJson(JsonGenerator json) throws IOException {
    SemanticReport.writeJson(json, evaluation);
  }
}
