package dev.dovetail.eval.analysis;

import dev.dovetail.eval.coco.matching.CocoOverlaps;
import dev.dovetail.eval.coco.matching.ImageOverlaps;
import dev.dovetail.eval.coco.params.IouType;
import dev.dovetail.formats.coco.CocoCategory;
import java.io.IOException;
import java.util.List;

/**
 * The analysis of a list of detections: errors, confusions and calibration.
 *
 * @param type the type of overlaps
 * @param categories in the order of all arrays by category: ascending by id
 */
public record DetectionAnalysis(
    IouType type,
    List<CocoCategory> categories,
    ErrorBreakdown errors,
    DetectionConfusion confusion,
    Calibration calibration,
    ConfidenceCurves confidence) {

  /** The number of analyzed detections per image, the highest scores over all categories. */
  public static final int MAX_DETECTIONS = 100;

  private record Evaluators(
      ErrorEvaluator errors, ConfusionEvaluator confusion, CalibrationEvaluator calibration) {

    static Evaluators empty(int categories, int unlisted) {
      return new Evaluators(
          new ErrorEvaluator(categories + unlisted),
          new ConfusionEvaluator(categories),
          new CalibrationEvaluator(categories));
    }

    void accumulate(ImageOverlaps image, int categories) {
      // tidecv counts unlisted categories; the other two evaluators ignore them.
      ImageOverlaps listed = image.ofCategoriesBelow(categories).first(MAX_DETECTIONS);
      errors.accumulate(image.first(MAX_DETECTIONS));
      confusion.accumulate(listed);
      calibration.accumulate(listed);
    }

    void merge(Evaluators other) {
      errors.merge(other.errors);
      confusion.merge(other.confusion);
      calibration.merge(other.calibration);
    }
  }

  /**
   * Analyzes all images in one pass on all processors. The result does not depend on the number of
   * processors.
   *
   * @param overlaps with the limit {@link #MAX_DETECTIONS} to match the reference's numbers
   * @return the analysis
   * @throws IOException if a required mask is invalid
   */
  public static DetectionAnalysis of(CocoOverlaps overlaps) throws IOException {
    List<CocoCategory> categories = overlaps.categories();
    Evaluators all =
        overlaps.collect(
            () -> Evaluators.empty(categories.size(), overlaps.unlistedCategories()),
            (evaluators, image) -> evaluators.accumulate(image, categories.size()),
            Evaluators::merge);
    return new DetectionAnalysis(
        overlaps.type(),
        categories,
        all.errors.summarise(),
        all.confusion.summarise(),
        all.calibration.summarise(),
        all.errors.confidence());
  }
}
