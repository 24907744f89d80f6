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
import dev.dovetail.eval.coco.matching.CocoOverlaps;
import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.eval.gallery.DetectionGallery;
import dev.dovetail.eval.gallery.GallerySource;
import dev.dovetail.eval.gallery.PhotoFolder;
import dev.dovetail.eval.report.AnalysisSections;
import dev.dovetail.eval.report.DetectionSections;
import dev.dovetail.eval.report.PictureLinks;
import dev.dovetail.eval.report.Section;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.CocoResults;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The metrics of detections, as pycocotools computes them.
 *
 * @param analysed data for the error analysis, if requested
 * @param errors the requested parts of the error analysis
 * @param hashes whether the JSON contains hashes of the arrays
 */
record CocoScore(
    CocoEvaluator evaluator,
    CocoEvaluation evaluation,
    Optional<Analysed> analysed,
    ErrorOptions errors,
    boolean hashes)
    implements Score {

  /**
   * Data for the error analysis.
   *
   * @param truth the ground truth
   * @param overlaps the overlaps of detections with it
   */
  record Analysed(CocoDataset truth, CocoOverlaps overlaps, DetectionAnalysis analysis) {

    static Analysed of(CocoDataset truth, CocoResults results, CocoParams params)
        throws IOException {
      CocoOverlaps overlaps =
          new CocoOverlaps(truth, results, params, DetectionAnalysis.MAX_DETECTIONS);
      return new Analysed(truth, overlaps, DetectionAnalysis.of(overlaps));
    }
  }

  static CocoScore of(CocoEvaluator evaluator, OptionGroups options, Optional<Analysed> analysed) {
    return new CocoScore(
        evaluator,
        evaluator.summarise(),
        analysed,
        options.group(ErrorOptions.class),
        options.group(CocoOptions.class).hashes());
  }

  private Optional<DetectionAnalysis> analysis() {
    return analysed.map(Analysed::analysis);
  }

  /** Returns the reference's lines, a table of categories, and the error analysis. */
  @Override
  public List<String> text() {
    List<List<String>> parts = new ArrayList<>();
    parts.add(CocoReport.summary(evaluation));
    parts.add(CocoReport.categories(evaluation));
    if (errors.errors()) {
      analysis().map(AnalysisReport::errors).ifPresent(parts::add);
    }
    if (errors.confusion()) {
      analysis().map(AnalysisReport::confusion).ifPresent(parts::add);
    }
    if (errors.calibration()) {
      analysis().map(AnalysisReport::calibration).ifPresent(parts::add);
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
  public List<Section> sections(PictureLinks links) {
    List<Section> sections = new ArrayList<>(DetectionSections.of(evaluation));
    analysis().map(a -> AnalysisSections.of(a, links)).ifPresent(sections::addAll);
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
  public Optional<GallerySource> gallery(PhotoFolder photos) {
    return analysed.map(a -> new DetectionGallery(a.truth, a.overlaps, a.analysis, photos));
  }

  @Override
  public void writeJson(JsonGenerator json) throws IOException {
    Map<String, Json> more = new LinkedHashMap<>();
    analysis()
        .ifPresent(
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
