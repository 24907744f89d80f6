package dev.dovetail.graph;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The operations of a {@link Tensor} that rearrange elements without computation: reshaping,
 * permutation, splitting, and indexing. Axes may be negative; they then count from the end.
 */
public sealed interface MovementOps permits Tensor {

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
   * Reshapes the tensor. At most one extent may be -1; it is inferred from the others.
   *
   * @param dims the extents
   * @return the same elements in another shape
   */
  default Tensor reshape(int... dims) {
    Shape target = Shape.of(dims);
    return target.isStatic() && target.equals(shape())
        ? (Tensor) this
        : apply(new Movement.Reshape(target));
  }

  /**
   * Flattens axes {@code from} to {@code to} (inclusive) to one axis.
   *
   * @param from the first axis
   * @param to the last axis
   * @return the same elements in another shape
   */
  default Tensor flatten(int from, int to) {
    int a = shape().axis(from);
    int b = shape().axis(to);
    int product = 1;
    for (int i = a; i <= b; i++) {
      product =
          shape().dim(i) == Shape.UNKNOWN || product < 0 ? Shape.UNKNOWN : product * shape().dim(i);
    }
    int[] before = Arrays.copyOfRange(shape().dims(), 0, a);
    int[] after = Arrays.copyOfRange(shape().dims(), b + 1, shape().rank());
    int middle = product;
    return reshape(
        IntStream.concat(
                IntStream.concat(Arrays.stream(before), IntStream.of(middle)), Arrays.stream(after))
            .toArray());
  }

  /**
   * Permutes the axes: axis i of the result is axis {@code order[i]} of this tensor.
   *
   * @param order a permutation of the axes
   * @return the permuted tensor
   */
  default Tensor permute(int... order) {
    return apply(new Movement.Transpose(Arrays.stream(order).boxed().toList()));
  }

  /**
   * Swaps two axes.
   *
   * @param a one axis
   * @param b the other axis
   * @return the transposed tensor
   */
  default Tensor transpose(int a, int b) {
    int[] order = IntStream.range(0, shape().rank()).toArray();
    order[shape().axis(a)] = shape().axis(b);
    order[shape().axis(b)] = shape().axis(a);
    return permute(order);
  }

  /**
   * Splits the tensor into equal parts along an axis.
   *
   * @param pieces the number of parts, a divisor of the extent
   * @param axis the axis
   * @return the parts in order
   */
  default List<Tensor> chunk(int pieces, int axis) {
    int size = shape().dim(axis) / pieces;
    return split(axis, IntStream.range(0, pieces).map(i -> size).toArray());
  }

  /**
   * {@return the first elements along an axis, whose number is known only in a run}
   *
   * @param axis the axis
   * @param count the number of elements, int64 []
   */
  default Tensor first(int axis, Tensor count) {
    Tensor zero = count.constant(TensorData.scalar(0L));
    Tensor one = count.constant(TensorData.scalar(1L));
    return gather(axis, zero.apply(new Indexing.RangeTo(), count, one));
  }

  /**
   * Splits the tensor into consecutive parts along an axis.
   *
   * @param axis the axis
   * @param sizes the extents of the parts, whose sum is the extent of the axis
   * @return the parts in order
   */
  default List<Tensor> split(int axis, int... sizes) {
    return applyAll(new Movement.Split(Arrays.stream(sizes).boxed().toList(), shape().axis(axis)));
  }

  /**
   * Slices elements {@code from} (inclusive) to {@code to} (exclusive) along an axis.
   *
   * @param axis the axis
   * @param from the first element
   * @param to the element after the last
   * @return the slice
   */
  default Tensor slice(int axis, int from, int to) {
    return slice(axis, from, to, 1);
  }

  /**
   * Slices elements {@code from}, {@code from + step}, … below {@code to} along an axis.
   *
   * @param axis the axis
   * @param from the first element
   * @param to the end, exclusive
   * @param step the distance between elements
   * @return the slice
   */
  default Tensor slice(int axis, int from, int to, int step) {
    return apply(new Movement.Slice(shape().axis(axis), from, to, step));
  }

  /**
   * Selects one element along an axis and removes the axis.
   *
   * @param axis the axis
   * @param i the index, from 0
   * @return the element
   */
  default Tensor select(int axis, int i) {
    return slice(axis, i, i + 1).squeeze(axis);
  }

  /**
   * {@return the elements, repeated along axes of extent 1}
   *
   * @param dims the extents of the result
   */
  default Tensor expand(int... dims) {
    Shape target = Shape.of(dims);
    return target.equals(shape()) ? (Tensor) this : apply(new Movement.Expand(target));
  }

  /**
   * Inserts an axis of extent 1.
   *
   * @param axis the position of the new axis in the result
   * @return the same elements in another shape
   */
  default Tensor unsqueeze(int axis) {
    int a = axis < 0 ? axis + shape().rank() + 1 : axis;
    return apply(new Movement.Unsqueeze(List.of(a)));
  }

  /**
   * Removes an axis of extent 1.
   *
   * @param axis the axis
   * @return the same elements in another shape
   */
  default Tensor squeeze(int axis) {
    return apply(new Movement.Squeeze(List.of(shape().axis(axis))));
  }

  /**
   * Pads an axis with {@code value}.
   *
   * @param axis the axis
   * @param before the number of elements before
   * @param after the number of elements after
   * @param value the value of the new elements
   * @return the padded tensor
   */
  default Tensor pad(int axis, int before, int after, float value) {
    if (before == 0 && after == 0) {
      return (Tensor) this;
    }
    Integer[] b = new Integer[shape().rank()];
    Integer[] a = new Integer[shape().rank()];
    Arrays.fill(b, 0);
    Arrays.fill(a, 0);
    b[shape().axis(axis)] = before;
    a[shape().axis(axis)] = after;
    return apply(new Movement.Pad(List.of(b), List.of(a), value));
  }

  /**
   * Gathers slices along an axis at the specified indices. The axes of the indices replace the
   * axis.
   *
   * @param axis the axis
   * @param indices the indices from 0, int64
   * @return the slices
   */
  default Tensor gather(int axis, Tensor indices) {
    return apply(new Indexing.Gather(shape().axis(axis)), indices);
  }

  /**
   * Gathers slices at index tuples; see {@link Indexing.GatherNd}.
   *
   * @param batchDims the number of leading axes that this tensor and the indices share
   * @param indices int64 [batch..., n..., k]
   * @return [batch..., n..., slice...]
   */
  default Tensor gatherNd(int batchDims, Tensor indices) {
    return apply(new Indexing.GatherNd(batchDims), indices);
  }

  /** {@return the run-time shape as int64 [rank]} */
  default Tensor runtimeShape() {
    return apply(new Indexing.ShapeOf());
  }
}
