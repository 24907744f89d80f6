package dev.dovetail.cli.score.coco;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.dovetail.cli.console.JsonOption.Json;
import dev.dovetail.cli.score.scorer.JsonObjects;
import dev.dovetail.cli.score.scorer.OptionGroups;
import dev.dovetail.cli.score.scorer.Score;
import dev.dovetail.eval.analysis.AnalysisReport;
import dev.dovetail.eval.analysis.DetectionAnalysis;
import dev.dovetail.eval.analysis.RecallCurves;
import dev.dovetail.eval.analysis.RecallCurvesReport;
import dev.dovetail.eval.bootstrap.Resamplable;
import dev.dovetail.eval.coco.CocoEvaluation;
import dev.dovetail.eval.coco.CocoEvaluator;
import dev.dovetail.eval.coco.CocoReport;
import dev.dovetail.eval.report.AnalysisSections;
import dev.dovetail.eval.report.DetectionSections;
import dev.dovetail.eval.report.Section;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Detections scored as pycocotools does.
 *
 * @param analysis of the errors, where it is asked for
 * @param errors which parts of it are told
 * @param hashes whether the JSON has the hashes of the arrays
 */
record CocoScore(
    CocoEvaluator evaluator,
    CocoEvaluation evaluation,
    Optional<DetectionAnalysis> analysis,
    ErrorOptions errors,
    boolean hashes)
    implements Score {

  static CocoScore of(
      CocoEvaluator evaluator, OptionGroups options, Optional<DetectionAnalysis> analysis) {
    return new CocoScore(
        evaluator,
        evaluator.summarise(),
        analysis,
        options.group(ErrorOptions.class),
        options.group(CocoOptions.class).hashes());
  }

  /** The reference's lines, a table of categories, and what is told of errors. */
  @Override
  public List<String> text() {
    List<List<String>> parts = new ArrayList<>();
    parts.add(CocoReport.summary(evaluation));
    parts.add(CocoReport.categories(evaluation));
    if (errors.errors()) {
      analysis.map(AnalysisReport::errors).ifPresent(parts::add);
    }
    if (errors.confusion()) {
      analysis.map(AnalysisReport::confusion).ifPresent(parts::add);
    }
    if (errors.calibration()) {
      analysis.map(AnalysisReport::calibration).ifPresent(parts::add);
    }
    if (errors.curves()) {
      parts.add(RecallCurvesReport.text(RecallCurves.of(evaluation)));
    }
    List<String> text = new ArrayList<>(parts.get(0));
    for (List<String> part : parts.subList(1, parts.size())) {
      text.add("");
      text.addAll(part);
    }
    return text;
  }

  @Override
  public List<Section> sections() {
    List<Section> sections = new ArrayList<>(DetectionSections.of(evaluation));
    analysis.map(AnalysisSections::of).ifPresent(sections::addAll);
    return sections;
  }

  @Override
  public Map<String, Object> metrics() {
    return Map.of(CocoReport.measure(evaluation), CocoReport.metrics(evaluation));
  }

  @Override
  public OptionalInt images() {
    return OptionalInt.of(evaluation.images());
  }

  @Override
  public void writeJson(JsonGenerator json) throws IOException {
    Map<String, Json> more = new LinkedHashMap<>();
    analysis.ifPresent(
        a -> {
          if (errors.errors()) {
            more.put("tide", out -> AnalysisReport.writeErrors(out, a));
          }
          if (errors.confusion()) {
            more.put("confusion", out -> AnalysisReport.writeConfusion(out, a));
          }
          if (errors.calibration()) {
            more.put("calibration", out -> AnalysisReport.writeCalibration(out, a));
          }
        });
    if (errors.curves()) {
      more.put("curves", out -> RecallCurvesReport.writeJson(out, RecallCurves.of(evaluation)));
    }
    JsonObjects.extend(json, out -> CocoReport.writeJson(out, evaluation, hashes), more);
  }

  @Override
  public Resamplable resamplable() {
    return evaluator.resamplable();
  }
}
