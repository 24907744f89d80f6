package dev.dovetail.graph.fused;

import dev.dovetail.core.DType;
import dev.dovetail.graph.FusedOp;
import dev.dovetail.graph.Op;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.TensorType;
import java.util.List;

/**
 * The first elements of rows in order, and their indices (int64). Equal elements are in index
 * order. Operands: the keys of the rows' chunks ({@link SortedChunks}) and the rows [..., n]. Both
 * results are [..., k].
 *
 * @param k the number of elements of each result's row
 */
public record MergedChunks(int k) implements FusedOp {

  @Override
  public String onnxName() {
    return "MergedChunks";
  }

  @Override
  public List<TensorType> infer(List<TensorType> in) {
    Op.require(in.size() == 2, in.size() + " operands");
    Shape x = in.get(1).shape();
    Shape keys = SortedChunks.keys(k, x);
    Op.require(in.get(0).equals(new TensorType(DType.INT64, keys)), "keys are not int64 " + keys);
    Shape out = x.with(-1, k);
    return List.of(new TensorType(in.get(1).dtype(), out), new TensorType(DType.INT64, out));
  }
}
