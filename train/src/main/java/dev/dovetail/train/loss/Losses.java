package dev.dovetail.train.loss;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * The terms of a loss by name, and their weighted sum, which is what the backward pass starts from.
 *
 * @param terms each a scalar, as it is logged, without its weight
 * @param total the sum of the terms, each times its weight
 */
public record Losses(Map<String, Tensor> terms, Tensor total) {

  /**
   * @param terms each a scalar, as it is logged, without its weight
   * @param total the sum of the terms, each times its weight
   */
  public Losses {
    terms = Collections.unmodifiableMap(new LinkedHashMap<>(terms));
  }

  /**
   * Starts the backward pass of one of several batches that make one step: the gradients of them
   * all add up to that of the mean of their losses.
   *
   * @param batches how many there are; 1 where every batch is a step
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
