package dev.dovetail.eval.coco.matching;

import dev.dovetail.formats.coco.CocoAnnotation;
import java.util.stream.IntStream;

/**
 * The rules of {@code evalInstanceLevelSemanticLabeling} of cityscapesScripts. Crowds are groups of
 * objects; what is not a crowd and has {@code ignore} is void.
 *
 * @param least pixels of an object that is evaluated
 */
record CityscapesRules(double least) implements Rules {

  @Override
  public boolean isIgnored(CocoAnnotation annotation) {
    return isCrowd(annotation) || annotation.ignore();
  }

  @Override
  public boolean isVoid(CocoAnnotation annotation) {
    return !isCrowd(annotation) && (annotation.ignore() || annotation.area() < least);
  }

  /** Masks without a pixel are left out. */
  @Override
  public int[] rows(GroundTruths truths, int image, ImageDetections detections) {
    return IntStream.of(Rules.super.rows(truths, image, detections))
        .filter(row -> detections.mask(row).area() > 0)
        .toArray();
  }
}
