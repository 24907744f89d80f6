package dev.dovetail.heads.boxes;

import dev.dovetail.graph.Tensor;
import java.util.Optional;

/**
 * Objects of a batch of images in one list, image by image, best first.
 *
 * @param boxes float32 [n, 4]: x1 y1 x2 y2 in original pixels
 * @param image int64 [n]: which image of the batch an object is in
 * @param scores float32 [n]
 * @param labels int64 [n]
 * @param regions float32 [n, 4]: the boxes in pixels of the network's input; empty if those were
 *     not computed
 */
public record ObjectList(
    Tensor boxes, Tensor image, Tensor scores, Tensor labels, Optional<Tensor> regions) {

  /**
   * The boxes in pixels of the network's input.
   *
   * @param scaleFactor float32 [batch, 4]: resized by original size, for x1, y1, x2, y2
   * @return float32 [n, 4]: x1 y1 x2 y2
   */
  public Tensor regions(Tensor scaleFactor) {
    return regions.orElseGet(() -> boxes.times(scaleFactor.gather(0, image)));
  }
}
