package dev.dovetail.graph.network;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;

/** Predictions that can be converted to a score of each class for every pixel. */
public sealed interface PixelPredictions extends Predictions permits PixelLogits, QueryMasks {

  /**
   * Returns the scores; the class of a pixel is the one with the highest score.
   *
   * @param s a scope for the computation
   * @return [batch, classes, height', width'], usually at a quarter of the image's size
   */
  Tensor pixelLogits(Scope s);
}
