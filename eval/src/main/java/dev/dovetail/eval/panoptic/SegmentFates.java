package dev.dovetail.eval.panoptic;

import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.coco.IdIndex;
import dev.dovetail.formats.panoptic.IdMap;
import dev.dovetail.formats.panoptic.PanopticAnnotation;
import dev.dovetail.formats.panoptic.PanopticDataset;

/**
 * The results of the segments in one image.
 *
 * @param partner {@code [G]}: the predicted segment that matches a true one; {@link #NONE} for none
 * @param overlap {@code [G]}: the IoU with it; 0 for none
 * @param wrong {@code [P]}: whether a predicted segment is a false positive
 */
public record SegmentFates(int[] partner, double[] overlap, boolean[] wrong) {

  /** No segment. */
  public static final int NONE = -1;

  /**
   * {@return the results of the segments in an image}
   *
   * @param set the ground truth
   * @param truth the true segments
   * @param truthMap their pixels
   * @param prediction the predicted segments
   * @param predictionMap their pixels
   * @throws FormatException if the predicted segments are not those of their map
   */
  public static SegmentFates of(
      PanopticDataset set,
      PanopticAnnotation truth,
      IdMap truthMap,
      PanopticAnnotation prediction,
      IdMap predictionMap)
      throws FormatException {
    IdIndex categories = new IdIndex();
    set.categories().forEach(category -> categories.add(category.id()));
    return SegmentMatcher.fates(truth, truthMap, prediction, predictionMap, categories);
  }
}
