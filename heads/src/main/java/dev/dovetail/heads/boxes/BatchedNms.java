package dev.dovetail.heads.boxes;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Selection;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;

/**
 * Greedy non-maximum suppression within groups (mmcv's and torchvision's {@code batched_nms}): of
 * the boxes that are left, the one with the best score stays and all others of its group that
 * overlap it by more than the threshold go. Boxes of different groups are moved apart by more than
 * the largest coordinate, as in the reference, so that the overlaps round alike.
 *
 * @param iouThreshold overlap (intersection over union) above which the weaker box goes
 * @param max how many boxes of an image may stay
 */
public record BatchedNms(float iouThreshold, int max) {

  /** Stands for the score of boxes that take no part; below any score. */
  private static final float OUT = -1;

  /**
   * Chooses the boxes that stay.
   *
   * @param boxes float32 [images or 1, n, 4]: x1 y1 x2 y2
   * @param scores float32 [images or 1, n], none negative
   * @param groups int64 [n] or [images, n]: levels or labels, from 0
   * @param candidates bool [images, n]: which boxes take part in which image
   * @return int64 [m, 2]: image and index of the boxes that stay, image by image, best first, equal
   *     scores in the order of the boxes
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

  /** The largest of every row, at least 0, also where rows are empty: [images, 1]. */
  private static Tensor max(Tensor rows, int images) {
    Tensor zeros = rows.constant(TensorData.of(new float[images], images, 1));
    return Tensor.concat(1, zeros, rows).max(1, true);
  }
}
