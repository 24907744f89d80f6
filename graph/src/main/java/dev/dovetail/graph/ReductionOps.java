package dev.dovetail.graph;

import java.util.List;

/**
 * The operations of a {@link Tensor} that reduce or rank elements along an axis. Axes may be
 * negative; they then count from the end.
 */
public sealed interface ReductionOps permits Tensor {

  /** {@return the shape} */
  Shape shape();

  /**
   * Records {@code op} on this and {@code others}.
   *
   * @param op the operator
   * @param others its further operands
   * @return the first result
   */
  Tensor apply(Op op, Tensor... others);

  /**
   * Records {@code op} on this and {@code others}.
   *
   * @param op the operator
   * @param others its further operands
   * @return all results
   */
  List<Tensor> applyAll(Op op, Tensor... others);

  /**
   * {@return the sums along an axis}
   *
   * @param axis the axis
   * @param keep whether the axis is kept with extent 1
   */
  default Tensor sum(int axis, boolean keep) {
    return apply(new Reduction.Reduce(Reduction.Kind.SUM, shape().axis(axis), keep));
  }

  /**
   * {@return the means along an axis}
   *
   * @param axis the axis
   * @param keep whether the axis is kept with extent 1
   */
  default Tensor mean(int axis, boolean keep) {
    return apply(new Reduction.Reduce(Reduction.Kind.MEAN, shape().axis(axis), keep));
  }

  /**
   * {@return the largest elements along an axis}
   *
   * @param axis the axis
   * @param keep whether the axis is kept with extent 1
   */
  default Tensor max(int axis, boolean keep) {
    return apply(new Reduction.Reduce(Reduction.Kind.MAX, shape().axis(axis), keep));
  }

  /**
   * {@return the softmax along an axis}
   *
   * @param axis the axis
   */
  default Tensor softmax(int axis) {
    return apply(new Normalization.Softmax(shape().axis(axis)));
  }

  /**
   * {@return the index of the largest element along an axis (the first of several), int64; the axis
   * is removed}
   *
   * @param axis the axis
   */
  default Tensor argmax(int axis) {
    return apply(new Reduction.ArgMax(shape().axis(axis), false));
  }

  /**
   * Returns the k largest elements along an axis in descending order (index 0), and their indices
   * (index 1, int64).
   *
   * @param k the number of elements
   * @param axis the axis
   * @return values and indices
   */
  default List<Tensor> topK(int k, int axis) {
    return applyAll(new Selection.TopK(k, shape().axis(axis), true));
  }
}
