package dev.dovetail.heads.boxes;

import dev.dovetail.graph.Tensor;
import java.util.Optional;

/**
 * A list of the objects of a batch of images, image by image, best first.
 *
 * @param boxes float32 [n, 4]: x1 y1 x2 y2 in original pixels
 * @param image int64 [n]: index of the object's image in the batch
 * @param scores float32 [n]
 * @param labels int64 [n]
 * @param regions float32 [n, 4]: the boxes in pixels of the network's input; empty if not computed
 */
public record ObjectList(
    Tensor boxes, Tensor image, Tensor scores, Tensor labels, Optional<Tensor> regions) {

  /**
   * Returns the boxes in pixels of the network's input.
   *
   * @param scaleFactor float32 [batch, 4]: ratio of the resized to the original size, for x1, y1,
   *     x2, y2
   * @return float32 [n, 4]: x1 y1 x2 y2
   */
  public Tensor regions(Tensor scaleFactor) {
    return regions.orElseGet(() -> boxes.times(scaleFactor.gather(0, image)));
  }
}
