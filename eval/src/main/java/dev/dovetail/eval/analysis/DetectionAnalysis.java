package dev.dovetail.eval.analysis;

import dev.dovetail.eval.coco.matching.CocoOverlaps;
import dev.dovetail.eval.coco.matching.ImageOverlaps;
import dev.dovetail.eval.coco.params.IouType;
import dev.dovetail.formats.coco.CocoCategory;
import java.io.IOException;
import java.util.List;

/**
 * What is behind the AP of a result list.
 *
 * @param type what overlaps are measured on
 * @param categories in the order of all that is given for each category: ascending by id
 */
public record DetectionAnalysis(
    IouType type,
    List<CocoCategory> categories,
    ErrorBreakdown errors,
    DetectionConfusion confusion,
    Calibration calibration,
    ConfidenceCurves confidence) {

  /** Detections looked at in an image, the highest scores of all categories. */
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
      // tidecv counts categories that are not listed, the other two do not know them.
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
   * Analyses all images in one pass, on all processors; the result does not depend on their number.
   *
   * @param overlaps with {@link #MAX_DETECTIONS} as the limit for the reference's numbers
   * @return the analysis
   * @throws IOException if a mask is needed and is none
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
