package dev.dovetail.graph.network;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A set of queries that each represent one object, as in the DETR family (Carion et al. 2020).
 * There is no non-maximum suppression.
 *
 * @param logits float32 [batch, queries, outputs]: one output per class and, with {@link
 *     Scoring#SOFTMAX}, a last one for "no object"
 * @param boxes float32 [batch, queries, 4]: center x, center y, width and height as fractions of
 *     the image without padding
 * @param scoring how logits are converted to scores
 * @param most the maximum number of objects per image
 * @param masks float32 [batch, queries, height', width']: logits of a mask over the whole image,
 *     including padding
 */
public record QueryBoxes(
    Tensor logits, Tensor boxes, Scoring scoring, int most, Optional<Tensor> masks)
    implements ObjectPredictions {

  /**
   * Creates boxes without masks.
   *
   * @param logits float32 [batch, queries, outputs]: one output per class and, with {@link
   *     Scoring#SOFTMAX}, a last one for "no object"
   * @param boxes float32 [batch, queries, 4]: center x, center y, width and height as fractions of
   *     the image without padding
   * @param scoring how logits are converted to scores
   * @param most the maximum number of objects per image
   */
  public QueryBoxes(Tensor logits, Tensor boxes, Scoring scoring, int most) {
    this(logits, boxes, scoring, most, Optional.empty());
  }

  /** The conversion of logits to scores. */
  public enum Scoring {
    /**
     * Selects the best class of each query, after a softmax over the classes and "no object"
     * (DETR).
     */
    SOFTMAX,
    /** Selects the best pairs of a query and a class, after a sigmoid (Deformable DETR). */
    SIGMOID
  }

  /**
   * Returns the best objects, in original pixels. Follows {@code post_process_object_detection} of
   * transformers' DETR and Deformable DETR.
   */
  @Override
  public Boxes boxes(Scope s, ImageBatch images) {
    s.finite("logits", logits);
    s.finite("pred_boxes", boxes);
    masks.ifPresent(m -> s.finite("pred_masks", m));
    return s.float32(() -> select(s, images));
  }

  private Boxes select(Scope s, ImageBatch images) {
    int batch = logits.dim(0);
    int queries = logits.dim(1);
    int classes = scoring == Scoring.SOFTMAX ? logits.dim(2) - 1 : logits.dim(2);
    Tensor scores;
    Tensor labels;
    Tensor query;
    if (scoring == Scoring.SOFTMAX) {
      Tensor chances = logits.softmax(2).slice(2, 0, classes);
      List<Tensor> best = chances.max(2, false).topK(Math.min(most, queries), 1);
      scores = best.get(0);
      query = best.get(1);
      labels = rows(chances.argmax(2).unsqueeze(2), query).squeeze(2);
    } else {
      Tensor pairs = logits.sigmoid().reshape(batch, queries * classes);
      List<Tensor> best = pairs.topK(Math.min(most, queries * classes), 1);
      scores = best.get(0);
      Tensor width = s.constant(TensorData.scalar((long) classes));
      query = best.get(1).div(width);
      labels = best.get(1).minus(query.times(width));
    }
    Tensor size = images.originalShape().gather(1, s.constant(1L, 0L, 1L, 0L));
    Tensor placed = rows(corners(), query).times(size.cast(DType.FLOAT32).unsqueeze(1));
    long[] counts = new long[batch];
    Arrays.fill(counts, scores.dim(1));
    Boxes best = new Boxes(placed, scores, labels, s.constant(counts), Optional.empty());
    return masks.map(m -> best.with(masks(s, m, query, images))).orElse(best);
  }

  private static Boxes.ImageMasks masks(Scope s, Tensor all, Tensor query, ImageBatch images) {
    Tensor own = rows(all, query);
    if (!images.isPadded()) {
      return new Boxes.ImageMasks(own, Optional.empty());
    }
    float down = (float) all.dim(2) / images.pixels().dim(2);
    float right = (float) all.dim(3) / images.pixels().dim(3);
    Tensor extent = images.shape().cast(DType.FLOAT32).times(s.constant(down, right));
    return new Boxes.ImageMasks(own, Optional.of(extent));
  }

  /**
   * Gathers the rows [batch, n, ...] of {@code x} [batch, queries, ...] at {@code index} [batch,
   * n].
   */
  private static Tensor rows(Tensor x, Tensor index) {
    return x.gatherNd(1, index.unsqueeze(2));
  }

  /** Converts the boxes to x1 y1 x2 y2. */
  private Tensor corners() {
    Tensor centre = boxes.slice(2, 0, 2);
    Tensor half = boxes.slice(2, 2, 4).times(0.5);
    return Tensor.concat(2, centre.minus(half), centre.plus(half));
  }

  /**
   * Returns {@code logits}, {@code pred_boxes} and, if available, {@code pred_masks}, the names in
   * transformers.
   */
  @Override
  public Map<String, Tensor> tensors() {
    Map<String, Tensor> named = new LinkedHashMap<>();
    named.put("logits", logits);
    named.put("pred_boxes", boxes);
    masks.ifPresent(m -> named.put("pred_masks", m));
    return named;
  }
}
