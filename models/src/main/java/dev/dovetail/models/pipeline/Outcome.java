package dev.dovetail.models.pipeline;

import dev.dovetail.data.semantic.LabelMap;

/** What a model gave for one image, in original pixels. */
public sealed interface Outcome {

  /**
   * Objects, best first.
   *
   * @param boxes [n, 4]: x1 y1 x2 y2
   * @param scores [n]
   * @param labels [n], from 0
   * @param maskProbs [n, side, side]
   */
  record Objects(float[] boxes, float[] scores, int[] labels, float[] maskProbs, int side)
      implements Outcome {

    public int count() {
      return scores.length;
    }
  }

  /** A class for every pixel. */
  record Labels(LabelMap map) implements Outcome {}

  /**
   * A score for each class of the whole image.
   *
   * @param scores [classes], which sum to 1
   */
  record Classes(float[] scores) implements Outcome {}
}
