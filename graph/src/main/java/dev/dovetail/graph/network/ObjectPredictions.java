package dev.dovetail.graph.network;

import dev.dovetail.graph.Scope;

/** Predictions from which objects follow: boxes with scores and labels, with or without masks. */
public sealed interface ObjectPredictions extends Predictions permits Boxes, QueryBoxes {

  /**
   * {@return the objects that these predictions stand for}
   *
   * @param s a scope for what is computed
   * @param images the images that the network saw
   */
  Boxes boxes(Scope s, ImageBatch images);
}
