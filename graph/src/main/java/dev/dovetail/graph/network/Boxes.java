package dev.dovetail.graph.network;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The objects of each image, best first. Images with fewer objects than the fullest one are filled
 * up with zeros (label -1).
 *
 * @param boxes float32 [batch, n, 4]: x1 y1 x2 y2 in original pixels
 * @param scores float32 [batch, n]
 * @param labels int64 [batch, n], from 0
 * @param count int64 [batch]: objects found
 * @param boxMasks float32 [batch, n, side, side]: the probability of an object's mask within its
 *     box
 */
public record Boxes(
    Tensor boxes, Tensor scores, Tensor labels, Tensor count, Optional<Tensor> boxMasks)
    implements ObjectPredictions {

  @Override
  public Boxes boxes(Scope s, ImageBatch images) {
    return this;
  }

  /**
   * {@code boxes}, {@code scores}, {@code labels}, {@code mask_probs} where there are masks, and
   * {@code count}.
   */
  @Override
  public Map<String, Tensor> tensors() {
    Map<String, Tensor> named = new LinkedHashMap<>();
    named.put("boxes", boxes);
    named.put("scores", scores);
    named.put("labels", labels);
    boxMasks.ifPresent(m -> named.put("mask_probs", m));
    named.put("count", count);
    return named;
  }
}
