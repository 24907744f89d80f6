package dev.dovetail.eval.coco.matching;

import dev.dovetail.eval.sort.ScoreOrder;
import dev.dovetail.formats.coco.CocoAnnotation;
import dev.dovetail.formats.coco.CocoAnnotation.Crowd;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.coco.CocoImage;
import dev.dovetail.formats.coco.VerifiedCategories;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The rules of {@code LVISEval}.
 *
 * @param maxDets number of detections that count per image, over all categories
 */
record LvisRules(int maxDets) implements Rules {

  @Override
  public String missing(CocoAnnotation annotation) {
    return null;
  }

  @Override
  public String missing(CocoImage image) {
    return image.verified() == VerifiedCategories.ABSENT
        ? "\"neg_category_ids\" and \"not_exhaustive_category_ids\""
        : null;
  }

  @Override
  public String missing(CocoCategory category) {
    return CocoCategory.FREQUENCIES.contains(category.frequency())
        ? null
        : "\"frequency\" of r, c or f";
  }

  @Override
  public String oddity(CocoAnnotation annotation) {
    if (!takesPart(annotation)) {
      return "annotations without an area (ignored, as in the LVIS tools)";
    }
    return annotation.crowd() == Crowd.YES
        ? "crowds (treated as single objects, as in the LVIS tools)"
        : null;
  }

  @Override
  public boolean needsArea() {
    return true;
  }

  /** The reference requires an area between 0 and infinity, exclusive. */
  static boolean hasArea(double area) {
    return area > 0 && area < Double.POSITIVE_INFINITY;
  }

  @Override
  public boolean takesPart(CocoAnnotation annotation) {
    return hasArea(annotation.area());
  }

  @Override
  public boolean isCrowd(CocoAnnotation annotation) {
    return false;
  }

  @Override
  public boolean isIgnored(CocoAnnotation annotation) {
    return annotation.ignore();
  }

  @Override
  public boolean cutsAcrossCategories() {
    return true;
  }

  /**
   * First applies maxDets regardless of category, then keeps the detections with an area whose
   * category was annotated.
   */
  @Override
  public int[] rows(GroundTruths truths, int image, ImageDetections detections) {
    int[] rows = IntStream.range(0, detections.size()).toArray();
    if (rows.length > maxDets) {
      ScoreOrder.sort(rows, 0, rows.length, detections.scores());
    }
    CocoImage entry = truths.listedImage(detections.imageId());
    return IntStream.of(rows)
        .limit(maxDets)
        .filter(row -> hasArea(detections.area(row)))
        .filter(row -> isLookedFor(truths, image, entry, detections.categoryId(row)))
        .toArray();
  }

  private static boolean isLookedFor(
      GroundTruths truths, int image, CocoImage entry, long categoryId) {
    int category = truths.category(categoryId);
    return category >= 0
        && (truths.has(image, category) || contains(entry.verified().negative(), categoryId));
  }

  @Override
  public boolean isExhaustive(CocoImage image, long categoryId) {
    return !contains(image.verified().notExhaustive(), categoryId);
  }

  @Override
  public boolean isExcused(GroundTruths truths, int image, CocoImage entry, long categoryId) {
    return !isLookedFor(truths, image, entry, categoryId) || !isExhaustive(entry, categoryId);
  }

  private static boolean contains(long[] ids, long id) {
    return LongStream.of(ids).anyMatch(other -> other == id);
  }
}
