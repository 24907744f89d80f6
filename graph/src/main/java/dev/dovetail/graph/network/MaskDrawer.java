package dev.dovetail.graph.network;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;

/** The part of a network that draws the mask of an object whose box is known. */
@FunctionalInterface
public interface MaskDrawer {

  /**
   * Objects of a batch of images, in one list.
   *
   * @param boxes float32 [n, 4]: x1 y1 x2 y2 in pixels of the network's input
   * @param image int64 [n]: which image of the batch an object is in
   * @param labels int64 [n]
   */
  record Objects(Tensor boxes, Tensor image, Tensor labels) {}

  /**
   * Traces a pass that draws masks and looks for no objects.
   *
   * @param root the root of the model's scopes
   * @param images the images
   * @param objects what is in them
   * @return float32 [n, side, side]: the probability of an object's mask within its box
   */
  Tensor draw(Scope root, ImageBatch images, Objects objects);
}
