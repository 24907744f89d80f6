package dev.dovetail.graph.network;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;

/** Predictions from which a score of each class follows for every pixel. */
public sealed interface PixelPredictions extends Predictions permits PixelLogits, QueryMasks {

  /**
   * The scores, whose largest marks a pixel's class.
   *
   * @param s a scope for what is computed
   * @return [batch, classes, height', width'], mostly at a quarter of the image's size
   */
  Tensor pixelLogits(Scope s);
}
