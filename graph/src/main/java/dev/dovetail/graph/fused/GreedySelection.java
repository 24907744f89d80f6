package dev.dovetail.graph.fused;

import dev.dovetail.core.DType;
import dev.dovetail.graph.FusedOp;
import dev.dovetail.graph.Op;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.TensorType;
import java.util.List;

/**
 * Selects boxes in order, without those that overlap a selected box. Operands: overlaps ({@link
 * BoxOverlaps}), int64 [batch, n, words]; the order, int64 [batch, n]; scores, float32 [batch, 1,
 * n]. Results: the indices of the selected boxes, int64 [batch, max], padded with -1; and their
 * number, int64 [batch].
 *
 * @param max the maximum number of boxes that are selected
 * @param scoreThreshold the score up to which boxes are not selected
 */
public record GreedySelection(int max, float scoreThreshold) implements FusedOp {

  @Override
  public String onnxName() {
    return "GreedySelection";
  }

  @Override
  public boolean readsFloat32(int operand) {
    return operand == 2;
  }

  @Override
  public List<TensorType> infer(List<TensorType> in) {
    Op.require(in.size() == 3, in.size() + " operands");
    Shape scores = in.get(2).shape();
    Op.require(
        scores.isStatic() && scores.rank() == 3 && scores.dim(1) == 1,
        "scores are not [batch, 1, n]");
    int batch = scores.dim(0);
    int n = scores.dim(2);
    Op.require(
        in.get(0).equals(TensorType.of(DType.INT64, batch, n, BoxOverlaps.words(n))),
        "overlaps are not int64 [batch, n, words]");
    Op.require(
        in.get(1).equals(TensorType.of(DType.INT64, batch, n)),
        "the order is not int64 [batch, n]");
    return List.of(TensorType.of(DType.INT64, batch, max), TensorType.of(DType.INT64, batch));
  }
}
