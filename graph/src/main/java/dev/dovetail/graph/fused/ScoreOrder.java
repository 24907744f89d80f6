package dev.dovetail.graph.fused;

import dev.dovetail.core.DType;
import dev.dovetail.graph.FusedOp;
import dev.dovetail.graph.Op;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.TensorType;
import java.util.List;

/**
 * The indices of scores in descending order; equal scores are in index order, and NaN is last. The
 * operand is float32 [batch, 1, n], the result int64 [batch, n].
 */
public record ScoreOrder() implements FusedOp {

  @Override
  public String onnxName() {
    return "ScoreOrder";
  }

  @Override
  public boolean readsFloat32(int operand) {
    return true;
  }

  @Override
  public List<TensorType> infer(List<TensorType> in) {
    Op.require(in.size() == 1, in.size() + " operands");
    Shape scores = in.get(0).shape();
    Op.require(scores.rank() == 3 && scores.dim(1) == 1, "scores are not [batch, 1, n]");
    return List.of(TensorType.of(DType.INT64, scores.dim(0), scores.dim(2)));
  }
}
