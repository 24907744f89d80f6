package dev.dovetail.graph;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What moves the elements of a {@link Tensor} and computes nothing: other shapes and orders of
 * axes, pieces, and picking by index. Axes may be negative and then count from the end.
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
   * At most one extent may be -1: what is left over.
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
   * Axes {@code from} to {@code to} (inclusive) as one.
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
   * Result axis i is axis {@code order[i]} of this.
   *
   * @param order a permutation of the axes
   * @return the elements in the order of the new axes
   */
  default Tensor permute(int... order) {
    return apply(new Movement.Transpose(Arrays.stream(order).boxed().toList()));
  }

  /**
   * Swaps two axes.
   *
   * @param a one axis
   * @param b the other axis
   * @return the elements in the order of the new axes
   */
  default Tensor transpose(int a, int b) {
    int[] order = IntStream.range(0, shape().rank()).toArray();
    order[shape().axis(a)] = shape().axis(b);
    order[shape().axis(b)] = shape().axis(a);
    return permute(order);
  }

  /**
   * {@code pieces} equal pieces along an axis.
   *
   * @param pieces how many, a divisor of the extent
   * @param axis the axis
   * @return the pieces in order
   */
  default List<Tensor> chunk(int pieces, int axis) {
    int size = shape().dim(axis) / pieces;
    return split(axis, IntStream.range(0, pieces).map(i -> size).toArray());
  }

  /**
   * Consecutive pieces of the given sizes along an axis.
   *
   * @param axis the axis
   * @param sizes the extents of the pieces, as long together as the axis
   * @return the pieces in order
   */
  default List<Tensor> split(int axis, int... sizes) {
    return applyAll(new Movement.Split(Arrays.stream(sizes).boxed().toList(), shape().axis(axis)));
  }

  /**
   * Elements {@code from} (inclusive) to {@code to} (exclusive) along an axis.
   *
   * @param axis the axis
   * @param from the first element
   * @param to the element after the last
   * @return the piece
   */
  default Tensor slice(int axis, int from, int to) {
    return slice(axis, from, to, 1);
  }

  /**
   * Elements {@code from}, {@code from + step}, … below {@code to} along an axis.
   *
   * @param axis the axis
   * @param from the first element
   * @param to where to end
   * @param step how far apart
   * @return the elements
   */
  default Tensor slice(int axis, int from, int to, int step) {
    return apply(new Movement.Slice(shape().axis(axis), from, to, step));
  }

  /**
   * Element {@code i} along an axis, which goes.
   *
   * @param axis the axis
   * @param i counted from 0
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
   * A new axis of extent 1 that stands at {@code axis} of the result.
   *
   * @param axis where it stands
   * @return the same elements in another shape
   */
  default Tensor unsqueeze(int axis) {
    int a = axis < 0 ? axis + shape().rank() + 1 : axis;
    return apply(new Movement.Unsqueeze(List.of(a)));
  }

  /**
   * Takes out an axis of extent 1.
   *
   * @param axis the axis
   * @return the same elements in another shape
   */
  default Tensor squeeze(int axis) {
    return apply(new Movement.Squeeze(List.of(shape().axis(axis))));
  }

  /**
   * Adds {@code value} before and after an axis.
   *
   * @param axis the axis
   * @param before how many elements before
   * @param after how many elements after
   * @param value what they hold
   * @return the larger tensor
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
   * Slices along an axis at the given indices; the indices' axes take the axis's place.
   *
   * @param axis the axis
   * @param indices counted from 0, int64
   * @return the slices
   */
  default Tensor gather(int axis, Tensor indices) {
    return apply(new Indexing.Gather(shape().axis(axis)), indices);
  }

  /**
   * The slices at index tuples: see {@link Indexing.GatherNd}.
   *
   * @param batchDims leading axes that this tensor and the indices share
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
