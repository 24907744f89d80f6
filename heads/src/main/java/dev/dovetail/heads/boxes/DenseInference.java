package dev.dovetail.heads.boxes;

import dev.dovetail.graph.network.Suppression;
import dev.dovetail.heads.Require;

/**
 * The section {@code test} of a config with a detector of one stage: what inference decides and the
 * weights do not know of.
 *
 * @param scoreThreshold score that an object must exceed
 * @param iouThreshold overlap with a better object of the same class above which one goes
 * @param maxDetections how many objects of an image stay
 * @param candidatesPerLevel how many objects of a level are compared
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

  /** {@return how objects of one class compete} */
  public Suppression suppression() {
    return new Suppression(iouThreshold, maxDetections);
  }
}
