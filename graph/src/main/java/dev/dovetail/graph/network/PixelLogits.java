package dev.dovetail.graph.network;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import java.util.Map;
import java.util.Optional;

/**
 * A score of each class for every pixel.
 *
 * @param logits [batch, classes, height', width']
 * @param auxiliary [batch, classes, height'', width'']: scores of an auxiliary head that is used
 *     only in training; empty outside training
 */
public record PixelLogits(Tensor logits, Optional<Tensor> auxiliary) implements PixelPredictions {

  /**
   * Scores without an auxiliary head.
   *
   * @param logits [batch, classes, height', width']
   */
  public PixelLogits(Tensor logits) {
    this(logits, Optional.empty());
  }

  @Override
  public Tensor pixelLogits(Scope s) {
    return logits;
  }

  /** Returns {@code logits} and, in training, {@code aux_logits}. */
  @Override
  public Map<String, Tensor> tensors() {
    return auxiliary.isPresent()
        ? Map.of("logits", logits, "aux_logits", auxiliary.get())
        : Map.of("logits", logits);
  }
}
