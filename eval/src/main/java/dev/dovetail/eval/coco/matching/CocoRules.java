package dev.dovetail.eval.coco.matching;

import dev.dovetail.eval.coco.params.IouType;
import dev.dovetail.formats.coco.CocoAnnotation;
import dev.dovetail.formats.coco.CocoAnnotation.Crowd;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.coco.CocoImage;
import java.util.stream.IntStream;

/** The rules of {@code COCOeval}. */
record CocoRules(IouType type) implements Rules {

  @Override
  public String missing(CocoAnnotation annotation) {
    return annotation.crowd() == Crowd.ABSENT ? "\"iscrowd\"" : null;
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
    return annotation.ignore() && !isCrowd(annotation)
        ? "annotations with \"ignore\" (counted nevertheless, as by the COCO tools)"
        : null;
  }

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

  /** The field {@code ignore} is not asked: the reference overwrites it. */
  @Override
  public boolean isIgnored(CocoAnnotation annotation) {
    return isCrowd(annotation)
        || (type == IouType.KEYPOINTS && annotation.keypoints().labelled() == 0);
  }

  @Override
  public boolean cutsAcrossCategories() {
    return false;
  }

  @Override
  public int[] rows(GroundTruths truths, int image, ImageDetections detections) {
    return IntStream.range(0, detections.size())
        .filter(row -> truths.category(detections.categoryId(row)) >= 0)
        .toArray();
  }

  @Override
  public boolean isExhaustive(CocoImage image, long categoryId) {
    return true;
  }
}
