package dev.dovetail.heads.boxes;

import dev.dovetail.graph.network.Suppression;
import dev.dovetail.heads.Require;

/**
 * The section {@code test} of the config of a one-stage detector: options of inference that do not
 * affect the weights.
 *
 * @param scoreThreshold score that an object must exceed
 * @param iouThreshold overlap with a better object of the same class above which an object is
 *     removed
 * @param maxDetections maximum number of objects per image
 * @param candidatesPerLevel maximum number of candidates per level
 */
public record DenseInference(
    float scoreThreshold, float iouThreshold, int maxDetections, int candidatesPerLevel) {

  /**
   * @throws IllegalArgumentException if a value is out of range
   */
  public DenseInference {
    Require.share("scoreThreshold", scoreThreshold);
    Require.share("iouThreshold", iouThreshold);
    Require.positive("maxDetections", maxDetections);
    Require.positive("candidatesPerLevel", candidatesPerLevel);
  }

  /** {@return the options of non-maximum suppression} */
  public Suppression suppression() {
    return new Suppression(iouThreshold, maxDetections);
  }
}
