package dev.dovetail.train.loss;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
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
}
