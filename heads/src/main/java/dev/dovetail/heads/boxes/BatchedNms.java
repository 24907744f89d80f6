package dev.dovetail.heads.boxes;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Selection;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;

/**
 * Greedy non-maximum suppression within groups (mmcv's and torchvision's {@code batched_nms}):
 * repeatedly keeps the remaining box with the best score and removes all others of its group that
 * overlap it by more than the threshold. As in the reference, boxes of different groups are
 * separated by an offset larger than the largest coordinate, so rounding is the same.
 *
 * @param iouThreshold overlap (intersection over union) above which the box with the lower score is
 *     removed
 * @param max maximum number of boxes that are kept per image
 */
public record BatchedNms(float iouThreshold, int max) {

  /** The score of excluded boxes, which is below any other score. */
  private static final float OUT = -1;

  /**
   * Selects the boxes to keep.
   *
   * @param boxes float32 [images or 1, n, 4]: x1 y1 x2 y2
   * @param scores float32 [images or 1, n], not negative
   * @param groups int64 [n] or [images, n]: levels or labels, from 0
   * @param candidates bool [images, n]: whether a box is a candidate in an image
   * @return int64 [m, 2]: image and index of the kept boxes, image by image, best first; boxes with
   *     equal scores keep their order
   */
  public Tensor keep(Tensor boxes, Tensor scores, Tensor groups, Tensor candidates) {
    int images = candidates.dim(0);
    Tensor placed = candidates.unsqueeze(2).where(boxes, 0);
    Tensor largest = max(placed.flatten(1, 2), images);
    Tensor offsets = groups.cast(DType.FLOAT32).times(largest.plus(1));
    Tensor selected =
        placed
            .plus(offsets.unsqueeze(2))
            .apply(
                new Selection.NonMaxSuppression(max, iouThreshold, OUT / 2),
                candidates.where(scores, OUT).unsqueeze(1));
    return selected.slice(1, 0, 3, 2);
  }

  /** Returns the maximum of every row and 0, which is defined even for empty rows: [images, 1]. */
  private static Tensor max(Tensor rows, int images) {
    Tensor zeros = rows.constant(TensorData.of(new float[images], images, 1));
    return Tensor.concat(1, zeros, rows).max(1, true);
  }
}
