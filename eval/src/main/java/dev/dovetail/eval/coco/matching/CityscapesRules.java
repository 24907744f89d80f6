package dev.dovetail.eval.coco.matching;

import dev.dovetail.formats.coco.CocoAnnotation;
import java.util.stream.IntStream;

/**
 * The rules of {@code evalInstanceLevelSemanticLabeling} in cityscapesScripts. Crowds are groups of
 * objects; other annotations with {@code ignore} are void.
 *
 * @param least the smallest number of pixels of an evaluated object
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

  /** Empty masks are ignored. */
  @Override
  public int[] rows(GroundTruths truths, int image, ImageDetections detections) {
    return IntStream.of(Rules.super.rows(truths, image, detections))
        .filter(row -> detections.mask(row).area() > 0)
        .toArray();
  }
}
