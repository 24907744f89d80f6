package dev.dovetail.eval.coco.params;

/** By whose rules detections are scored; matching and curves of the first two are the same. */
public enum Protocol {
  /** Every category was looked for in every image; crowds absorb detections. */
  COCO,
  /**
   * Federated ground truth: a category counts in an image where it was looked for. One cut of
   * maxDets over all categories of an image; no crowds.
   */
  LVIS,
  /**
   * Masks whose IoU exceeds the threshold; groups, void and small objects absorb detections by
   * their pixels; the area below the curve at every score.
   */
  CITYSCAPES
}
