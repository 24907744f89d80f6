package dev.dovetail.eval.coco.matching;

import dev.dovetail.formats.coco.CocoAnnotation;
import java.util.stream.IntStream;

/**
 * The rules of {@code evalInstanceLevelSemanticLabeling} in cityscapesScripts. Crowds are groups of
 * objects; other annotations with {@code ignore} are void.
 */
record CityscapesRules() implements Rules {

  @Override
  public boolean isIgnored(CocoAnnotation annotation) {
    return isCrowd(annotation) || annotation.ignore();
  }

  /** Empty masks are ignored. */
  @Override
  public int[] rows(GroundTruths truths, int image, ImageDetections detections) {
    return IntStream.of(Rules.super.rows(truths, image, detections))
        .filter(row -> detections.mask(row).area() > 0)
        .toArray();
  }
}
