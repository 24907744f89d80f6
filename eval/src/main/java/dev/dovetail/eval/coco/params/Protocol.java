package dev.dovetail.eval.coco.params;

/** The rules by which detections are scored. The first two share matching and curves. */
public enum Protocol {
  /** Every category was annotated in every image; crowds absorb detections. */
  COCO,
  /**
   * Federated ground truth: a category counts only in images in which it was annotated. maxDets
   * applies to all categories of an image together. There are no crowds.
   */
  LVIS,
  /**
   * Masks match if their IoU exceeds the threshold. Groups, void and small objects absorb
   * detections by their pixels. AP is the area under the curve with a point at every score.
   */
  CITYSCAPES
}
