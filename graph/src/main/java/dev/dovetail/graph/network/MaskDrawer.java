package dev.dovetail.graph.network;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;

/** The part of a network that predicts the mask of an object with a known box. */
@FunctionalInterface
public interface MaskDrawer {

  /**
   * Objects of a batch of images, in one list.
   *
   * @param boxes float32 [n, 4]: x1 y1 x2 y2 in pixels of the network's input
   * @param image int64 [n]: the index of the object's image in the batch
   * @param labels int64 [n]
   */
  record Objects(Tensor boxes, Tensor image, Tensor labels) {}

  /**
   * Traces a pass that predicts masks without detecting objects.
   *
   * @param root the root of the model's scopes
   * @param images the images
   * @param objects the objects in the images
   * @return float32 [n, side, side]: the mask probability of an object within its box
   */
  Tensor draw(Scope root, ImageBatch images, Objects objects);
}
