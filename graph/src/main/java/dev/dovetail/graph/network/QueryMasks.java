package dev.dovetail.graph.network;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Resampling;
import java.util.Map;

/**
 * A set of queries that each predict a mask and its class (MaskFormer, Cheng et al. 2021).
 *
 * @param logits [batch, queries, classes + 1], "no object" last
 * @param masks [batch, queries, height', width']: mask logits
 */
public record QueryMasks(Tensor logits, Tensor masks) implements PixelPredictions {

  private static final String LOGITS = "class_queries_logits";
  private static final String MASKS = "masks_queries_logits";

  /**
   * {@return these predictions, checked to be finite in a run}
   *
   * @param s a scope for the check
   */
  public QueryMasks checked(Scope s) {
    s.finite(LOGITS, logits);
    s.finite(MASKS, masks);
    return this;
  }

  /** {@return the number of classes} */
  public int classes() {
    return logits.dim(2) - 1;
  }

  /**
   * {@return these predictions with masks of another size (bilinear, half-pixel centers)}
   *
   * @param height rows of the masks
   * @param width columns of the masks
   */
  public QueryMasks resized(int height, int width) {
    return new QueryMasks(logits, Resampling.bilinear(masks, height, width));
  }

  /**
   * Returns, for every pixel and class, the sum of class probability times mask probability over
   * the queries. These are scores between 0 and the number of queries rather than logits.
   */
  @Override
  public Tensor pixelLogits(Scope s) {
    return s.float32(
        () -> {
          Tensor chances = logits.softmax(2).slice(2, 0, classes());
          return chances
              .permute(0, 2, 1)
              .matmul(masks.flatten(2, 3).sigmoid())
              .reshape(masks.dim(0), classes(), masks.dim(2), masks.dim(3));
        });
  }

  /**
   * Returns {@code class_queries_logits} and {@code masks_queries_logits}, the names in
   * transformers.
   */
  @Override
  public Map<String, Tensor> tensors() {
    return Map.of(LOGITS, logits, MASKS, masks);
  }
}
