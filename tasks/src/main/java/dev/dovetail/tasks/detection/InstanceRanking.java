package dev.dovetail.tasks.detection;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.QueryMasks;
import dev.dovetail.tasks.detection.InstanceInference.Ranking;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The part of instance post-processing inside the graph: the best queries and classes, and the
 * confidence of their masks.
 */
record InstanceRanking(QueryMasks predictions, InstanceInference inference) {

  static final String SCORES = "scores";
  static final String LABELS = "labels";
  static final String MASKS = "masks";

  /** Prevents division by zero for empty masks. */
  private static final double EMPTY = 1e-6;

  /** The instances of one image. */
  private record Instances(Tensor scores, Tensor labels, Tensor masks) {}

  /**
   * Computes the outputs of the graph, best first:
   *
   * <ul>
   *   <li>{@code scores} float32 [batch, n]: the probability of the class, multiplied by the mean
   *       probability within the mask
   *   <li>{@code labels} int64 [batch, n]
   *   <li>{@code masks} uint8 [batch, n, height, width], over the image without padding, at the
   *       configured size: 1 for pixels of the instance
   * </ul>
   *
   * @param images images of the same original size
   */
  Map<String, Tensor> outputs(Scope s, ImageBatch images) {
    Tensor chances = predictions.logits().softmax(2).slice(2, 0, predictions.classes());
    List<Instances> all = new ArrayList<>();
    for (int i = 0; i < chances.dim(0); i++) {
      all.add(best(s, chances.select(0, i), predictions.masks().select(0, i), images));
    }
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    outputs.put(SCORES, Tensor.concat(0, all.stream().map(Instances::scores).toList()));
    outputs.put(LABELS, Tensor.concat(0, all.stream().map(Instances::labels).toList()));
    outputs.put(MASKS, Tensor.concat(0, all.stream().map(Instances::masks).toList()));
    return outputs;
  }

  /**
   * @param chances [queries, classes]
   * @param masks logits [queries, height', width']
   */
  private Instances best(Scope s, Tensor chances, Tensor masks, ImageBatch images) {
    int queries = chances.dim(0);
    int classes = chances.dim(1);
    Tensor scores;
    Tensor labels;
    Tensor query;
    if (inference.ranking() == Ranking.PAIRS) {
      int most = Math.min(inference.maxDetections(), queries * classes);
      List<Tensor> pairs = chances.reshape(queries * classes).topK(most, 0);
      Tensor width = s.constant(TensorData.scalar((long) classes));
      scores = pairs.get(0);
      query = pairs.get(1).div(width);
      labels = pairs.get(1).minus(query.times(width));
    } else {
      int most = Math.min(inference.maxDetections(), queries);
      List<Tensor> rows = chances.max(1, false).topK(most, 0);
      scores = rows.get(0);
      query = rows.get(1);
      labels = chances.argmax(1).cast(DType.INT64).gather(0, query);
    }
    Tensor logits = inference.masks().logits(s, masks.gather(0, query), images);
    Tensor inside = logits.greater(0);
    Tensor covered = inside.cast(DType.FLOAT32);
    Tensor certainty = sum(logits.sigmoid().times(covered)).div(sum(covered).plus(EMPTY));
    List<Tensor> sorted = scores.times(certainty).topK(scores.dim(0), 0);
    Tensor order = sorted.get(1);
    return new Instances(
        sorted.get(0).unsqueeze(0),
        labels.gather(0, order).unsqueeze(0),
        inside.cast(DType.UINT8).gather(0, order).unsqueeze(0));
  }

  /** Sums each map [n, height, width]. */
  private static Tensor sum(Tensor maps) {
    return maps.sum(2, false).sum(1, false);
  }
}
