package dev.dovetail.tasks.panoptic;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Indexing;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Selection;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.QueryMasks;
import dev.dovetail.tasks.masks.MaskSize;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The part of panoptic post-processing inside the graph: confident queries compete for every pixel,
 * weighted by their scores.
 *
 * @param inference the thresholds of scores and masks
 */
record QueryContest(QueryMasks predictions, PanopticInference inference) {

  static final String SCORES = "scores";
  static final String LABELS = "labels";
  static final String WINNERS = "winners";
  static final String WON = "won";
  static final String COVERED = "covered";

  /**
   * Computes the outputs of the graph:
   *
   * <ul>
   *   <li>{@code scores} float32 [batch, queries]
   *   <li>{@code labels} int64 [batch, queries]: the best class, including "no object"
   *   <li>{@code winners} int64 [batch, height, width]: 1 + the query that wins the pixel; 0 if its
   *       mask does not cover the pixel, unless {@code wholeWins}
   *   <li>{@code won} int64 [batch, queries]: the number of pixels that the query wins, whether its
   *       mask covers them or not
   *   <li>{@code covered} int64 [batch, queries]: the number of pixels that the query's mask covers
   * </ul>
   *
   * @param images images of the same original size
   */
  Map<String, Tensor> outputs(Scope s, ImageBatch images) {
    Tensor chances = predictions.logits().softmax(2);
    Tensor scores = chances.max(2, false);
    Tensor labels = chances.argmax(2).cast(DType.INT64);
    Tensor none = s.constant(TensorData.scalar((long) predictions.classes()));
    Tensor certain = scores.greater(inference.scoreThreshold()).and(labels.less(none));
    List<Tensor> winners = new ArrayList<>();
    List<Tensor> won = new ArrayList<>();
    List<Tensor> covered = new ArrayList<>();
    for (int i = 0; i < scores.dim(0); i++) {
      Tensor queries = certain.select(0, i).apply(new Selection.NonZero()).squeeze(0);
      Contest contest =
          Contest.of(
              s,
              queries,
              scores.select(0, i).gather(0, queries),
              chances(s, predictions.masks().select(0, i).gather(0, queries), images),
              inference);
      winners.add(contest.winners.unsqueeze(0));
      won.add(spread(s, contest.won, queries));
      covered.add(spread(s, contest.covered, queries));
    }
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    outputs.put(SCORES, scores);
    outputs.put(LABELS, labels);
    outputs.put(WINNERS, Tensor.concat(0, winners));
    outputs.put(WON, Tensor.concat(0, won));
    outputs.put(COVERED, Tensor.concat(0, covered));
    return outputs;
  }

  /**
   * Computes probabilities from mask logits [n, height', width'] at the original size: [1 + n, ?,
   * ?]. The first map represents no query, so there is always at least one.
   */
  private Tensor chances(Scope s, Tensor masks, ImageBatch images) {
    int height = masks.dim(1);
    int width = masks.dim(2);
    Tensor absent = s.constant(TensorData.of(new float[height * width], 1, height, width));
    MaskSize size = inference.masks();
    Tensor logits = size.logits(s, Tensor.concat(0, absent, masks), images);
    return size.toOriginal(logits.sigmoid(), images);
  }

  /**
   * Scatters the values of the confident queries [n] to their indices, [1, queries]; others are 0.
   */
  private Tensor spread(Scope s, Tensor values, Tensor queries) {
    int all = predictions.logits().dim(1);
    Tensor zeros = s.constant(TensorData.of(new long[all], all));
    return zeros.apply(new Indexing.ScatterNd(), queries.unsqueeze(1), values).unsqueeze(0);
  }

  /**
   * The result for one image; {@code won} and {@code covered} are those of the n confident queries.
   */
  private record Contest(Tensor winners, Tensor won, Tensor covered) {

    /**
     * @param queries int64 [n]
     * @param scores [n]
     * @param chances [1 + n, height, width]; the first, for no query, wins only if there are no
     *     others
     */
    static Contest of(
        Scope s, Tensor queries, Tensor scores, Tensor chances, PanopticInference inference) {
      Tensor weights = Tensor.concat(0, s.constant(-1f), scores);
      Tensor weighted = chances.times(weights.unsqueeze(1).unsqueeze(2));
      Tensor best = weighted.argmax(0).cast(DType.INT64);
      Tensor threshold = s.constant(TensorData.scalar((float) inference.maskThreshold()));
      Tensor inside = (inference.weightedMasks() ? weighted : chances).greaterOrEqual(threshold);
      Tensor places =
          s.constant(TensorData.scalar(0L))
              .apply(
                  new Indexing.RangeTo(),
                  weights.runtimeShape().squeeze(0),
                  s.constant(TensorData.scalar(1L)));
      Tensor mine = best.unsqueeze(0).equal(places.unsqueeze(1).unsqueeze(2));
      Tensor visible = (inference.wholeWins() ? mine : mine.and(inside)).cast(DType.INT64);
      Tensor numbers =
          Tensor.concat(0, s.constant(0L), queries.plus(s.constant(TensorData.scalar(1L))));
      Tensor winners = visible.times(numbers.unsqueeze(1).unsqueeze(2)).sum(0, false);
      return new Contest(winners, counts(mine), counts(inside));
    }

    private static Tensor counts(Tensor pixels) {
      Tensor each = pixels.cast(DType.INT64).sum(2, false).sum(1, false);
      return each.slice(0, 1, Integer.MAX_VALUE);
    }
  }
}
