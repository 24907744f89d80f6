package dev.dovetail.graph.fused;

import dev.dovetail.core.DType;
import dev.dovetail.graph.FusedOp;
import dev.dovetail.graph.Op;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.TensorType;
import java.util.List;

/**
 * The first elements of each chunk of a row in order, as keys, of which {@link MergedChunks}
 * computes the first elements of the row. The operand is [..., n], the result int64 [rows, chunks,
 * min(k, length)]. A greater (unsigned) key is earlier in the order: its upper 32 bits are in the
 * order of the elements, its lower 32 bits in the reversed order of the indices. The key 0 stands
 * for no element, in a chunk that is not full.
 *
 * @param k the number of elements that are requested of a row
 * @param largest whether the largest elements are first; otherwise the smallest. NaN is last
 */
public record SortedChunks(int k, boolean largest) implements FusedOp {

  /** The number of elements of a chunk, a power of two. */
  public static final int LENGTH = 2048;

  @Override
  public String onnxName() {
    return "SortedChunks";
  }

  /**
   * {@return the shape of the keys: rows, chunks of a row and keys of a chunk}
   *
   * @param k the number of elements that are requested of a row
   * @param x the shape of the rows, [..., n]
   */
  public static Shape keys(int k, Shape x) {
    Op.require(x.isStatic() && x.rank() > 0 && x.dim(-1) >= k, "rows have no " + k + " elements");
    int rows = Math.toIntExact(x.elements() / x.dim(-1));
    return Shape.of(rows, (x.dim(-1) + LENGTH - 1) / LENGTH, Math.min(k, LENGTH));
  }

  @Override
  public List<TensorType> infer(List<TensorType> in) {
    Op.require(in.size() == 1, in.size() + " operands");
    return List.of(new TensorType(DType.INT64, keys(k, in.get(0).shape())));
  }
}
