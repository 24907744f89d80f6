package dev.dovetail.heads.queries;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import java.util.function.BinaryOperator;

/**
 * Selects the cells with the best scores as queries (two-stage Deformable DETR, Zhu et al. 2021,
 * appendix A.4; "uncertainty-minimal query selection" of RT-DETR).
 *
 * @param queries number of queries
 * @param ranking the criterion of the ranking
 */
public record QuerySelection(int queries, Ranking ranking) {

  /** The criteria of the ranking. */
  public enum Ranking {
    /** The largest of a cell's logits. */
    BEST_CLASS,
    /** The logit of class 0, as Deformable DETR does. */
    FIRST_CLASS
  }

  /**
   * The selected cells, best first.
   *
   * @param index their indices, int64 [batch, queries]
   * @param features [batch, queries, width]
   * @param logits [batch, queries, classes]
   * @param boxes [batch, queries, 4]
   */
  public record Selected(Tensor index, Tensor features, Tensor logits, Tensor boxes) {}

  /**
   * Selects cells. Boxes are predicted for the selected cells only.
   *
   * @param s any scope
   * @param features the input of the predictors [batch, cells, width]
   * @param logits scores of each cell's classes [batch, cells, classes]
   * @param anchors the references of the predicted boxes [batch or 1, cells, 4]
   * @param box predicts boxes [batch, queries, 4] from features [batch, queries, width] and anchors
   *     [batch, queries, 4]
   * @throws IllegalArgumentException if there are fewer cells than queries
   */
  public Selected apply(
      Scope s, Tensor features, Tensor logits, Tensor anchors, BinaryOperator<Tensor> box) {
    Tensor index = s.float32(() -> best(logits));
    Tensor chosen = Coordinates.rows(features, index);
    Tensor from =
        Coordinates.rows(anchors.expand(features.dim(0), anchors.dim(1), anchors.dim(2)), index);
    return new Selected(
        index, chosen, Coordinates.rows(logits, index), s.float32(() -> box.apply(chosen, from)));
  }

  private Tensor best(Tensor logits) {
    if (logits.dim(1) < queries) {
      throw new IllegalArgumentException(
          queries
              + " queries cannot be selected from "
              + logits.dim(1)
              + " cells; use a larger image or fewer queries");
    }
    Tensor scores = ranking == Ranking.BEST_CLASS ? logits.max(2, false) : logits.select(2, 0);
    return scores.topK(queries, 1).get(1);
  }
}
