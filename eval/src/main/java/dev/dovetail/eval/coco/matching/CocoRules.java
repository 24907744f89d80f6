package dev.dovetail.eval.coco.matching;

import dev.dovetail.eval.coco.params.IouType;
import dev.dovetail.formats.coco.CocoAnnotation;
import dev.dovetail.formats.coco.CocoAnnotation.Crowd;

/** The rules of {@code COCOeval}. */
record CocoRules(IouType type) implements Rules {

  @Override
  public String missing(CocoAnnotation annotation) {
    return annotation.crowd() == Crowd.ABSENT ? "\"iscrowd\"" : null;
  }

  @Override
  public String oddity(CocoAnnotation annotation) {
    return annotation.ignore() && !isCrowd(annotation)
        ? "annotations with \"ignore\" (still counted, as in the COCO tools)"
        : null;
  }

  /** Does not read the field {@code ignore}, because the reference overwrites it. */
  @Override
  public boolean isIgnored(CocoAnnotation annotation) {
    return isCrowd(annotation)
        || (type == IouType.KEYPOINTS && annotation.keypoints().labelled() == 0);
  }
}
