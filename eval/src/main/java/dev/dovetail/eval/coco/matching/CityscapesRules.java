package dev.dovetail.eval.coco.matching;

import dev.dovetail.formats.coco.CocoAnnotation;
import dev.dovetail.formats.coco.CocoAnnotation.Crowd;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.coco.CocoImage;
import java.util.stream.IntStream;

/**
 * The rules of {@code evalInstanceLevelSemanticLabeling} of cityscapesScripts. Crowds are groups of
 * objects; what is no crowd and has {@code ignore} is void.
 */
record CityscapesRules() implements Rules {

  @Override
  public String missing(CocoAnnotation annotation) {
    return null;
  }

  @Override
  public String missing(CocoImage image) {
    return null;
  }

  @Override
  public String missing(CocoCategory category) {
    return null;
  }

  @Override
  public String oddity(CocoAnnotation annotation) {
    return null;
  }

  /** Masks without a pixel are left out. */
  @Override
  public boolean needsArea() {
    return false;
  }

  @Override
  public boolean takesPart(CocoAnnotation annotation) {
    return true;
  }

  @Override
  public boolean isCrowd(CocoAnnotation annotation) {
    return annotation.crowd() == Crowd.YES;
  }

  @Override
  public boolean isIgnored(CocoAnnotation annotation) {
    return isCrowd(annotation) || annotation.ignore();
  }

  @Override
  public boolean cutsAcrossCategories() {
    return false;
  }

  @Override
  public int[] rows(GroundTruths truths, int image, ImageDetections detections) {
    return IntStream.range(0, detections.size())
        .filter(row -> truths.category(detections.categoryId(row)) >= 0)
        .filter(row -> detections.mask(row).area() > 0)
        .toArray();
  }

  @Override
  public boolean isExhaustive(CocoImage image, long categoryId) {
    return true;
  }
}
