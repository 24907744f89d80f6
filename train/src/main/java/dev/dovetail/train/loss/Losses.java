package dev.dovetail.train.loss;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * The terms of a loss by name, and their weighted sum, from which the backward pass starts.
 *
 * @param terms the terms as logged, each a scalar without its weight
 * @param total the weighted sum of the terms
 */
public record Losses(Map<String, Tensor> terms, Tensor total) {

  /**
   * @param terms the terms as logged, each a scalar without its weight
   * @param total the weighted sum of the terms
   */
  public Losses {
    terms = Collections.unmodifiableMap(new LinkedHashMap<>(terms));
  }

  /**
   * Starts the backward pass of one of several batches of a step. The gradients of all batches add
   * up to the gradient of their mean loss.
   *
   * @param batches the number of batches in the step; 1 without gradient accumulation
   */
  public void backward(int batches) {
    if (batches < 1) {
      throw new IllegalArgumentException("a step of " + batches + " batches, expected 1 or more");
    }
    if (batches == 1) {
      total.backward();
    } else {
      try (Tensor share = total.div(new Scalar((double) batches))) {
        share.backward();
      }
    }
  }
}
