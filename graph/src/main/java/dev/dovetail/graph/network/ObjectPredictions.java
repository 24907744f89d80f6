package dev.dovetail.graph.network;

import dev.dovetail.graph.Scope;

/**
 * Predictions that can be converted to objects: boxes with scores and labels, with or without
 * masks.
 */
public sealed interface ObjectPredictions extends Predictions permits Boxes, QueryBoxes {

  /**
   * {@return the objects of these predictions}
   *
   * @param s a scope for the computation
   * @param images the input images of the network
   */
  Boxes boxes(Scope s, ImageBatch images);
}
