package dev.dovetail.graph;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Elementwise.Function;
import dev.dovetail.graph.Elementwise.Operator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A symbolic value of a graph: an element type, a shape, and the node that makes it. Its methods
 * record operations and give their results. Axes may be negative and then count from the end.
 *
 * <p>Every method throws {@link ShapeException} if the operands do not fit.
 */
public final class Tensor {

  private final Node node;
  private final int index;
  private final TensorType type;

  Tensor(Node node, int index, TensorType type) {
    this.node = node;
    this.index = index;
    this.type = type;
  }

  /** {@return the node that computes this} */
  public Node node() {
    return node;
  }

  /** {@return which of the node's results this is} */
  public int index() {
    return index;
  }

  /** {@return the element type and the shape} */
  public TensorType type() {
    return type;
  }

  /** {@return the element type} */
  public DType dtype() {
    return type.dtype();
  }

  /** {@return the shape} */
  public Shape shape() {
    return type.shape();
  }

  /**
   * {@return the extent along an axis, {@link Shape#UNKNOWN} if only a run tells}
   *
   * @param axis the axis; negative ones count from the end
   */
  public int dim(int axis) {
    return type.shape().dim(axis);
  }

  /** {@return the number of axes} */
  public int rank() {
    return type.shape().rank();
  }

  Trace trace() {
    return node.trace();
  }

  /**
   * Records {@code op} on this and {@code others} and gives its first result.
   *
   * @param op the operator
   * @param others its further operands
   * @return the first result
   */
  public Tensor apply(Op op, Tensor... others) {
    return applyAll(op, others).get(0);
  }

  /**
   * Records {@code op} on this and {@code others} and gives all results.
   *
   * @param op the operator
   * @param others its further operands
   * @return all results
   */
  public List<Tensor> applyAll(Op op, Tensor... others) {
    List<Tensor> operands = new ArrayList<>();
    operands.add(this);
    operands.addAll(Arrays.asList(others));
    return trace().node(op, operands).outputs();
  }

  /**
   * {@return a constant of the graph that this tensor belongs to}
   *
   * @param data its elements
   */
  public Tensor constant(TensorData data) {
    return trace().constant(data);
  }

  /** A rank-0 constant of this tensor's element type. */
  private Tensor scalar(double value) {
    return trace()
        .constant(
            switch (dtype()) {
              case FLOAT32 -> TensorData.scalar((float) value);
              case INT64 -> TensorData.scalar((long) value);
              case INT32 -> TensorData.of(new int[] {(int) value});
              default -> throw new ShapeException("no arithmetic with a number on " + type);
            });
  }

  private Tensor binary(Operator operator, Tensor other) {
    return apply(new Elementwise.Binary(operator), other);
  }

  private Tensor unary(Function function) {
    return apply(new Elementwise.Unary(function));
  }

  // Arithmetic

  /**
   * {@return the sums}
   *
   * @param other the other operand, broadcast with this
   */
  public Tensor plus(Tensor other) {
    return binary(Operator.ADD, other);
  }

  /**
   * {@return the sums with a number}
   *
   * @param value the number
   */
  public Tensor plus(double value) {
    return plus(scalar(value));
  }

  /**
   * {@return the differences}
   *
   * @param other what to subtract, broadcast with this
   */
  public Tensor minus(Tensor other) {
    return binary(Operator.SUB, other);
  }

  /**
   * {@return the differences from a number}
   *
   * @param value what to subtract
   */
  public Tensor minus(double value) {
    return minus(scalar(value));
  }

  /**
   * {@return the products}
   *
   * @param other the other operand, broadcast with this
   */
  public Tensor times(Tensor other) {
    return binary(Operator.MUL, other);
  }

  /**
   * {@return the products with a number}
   *
   * @param value the number
   */
  public Tensor times(double value) {
    return times(scalar(value));
  }

  /**
   * {@return the quotients}
   *
   * @param other the divisor, broadcast with this
   */
  public Tensor div(Tensor other) {
    return binary(Operator.DIV, other);
  }

  /**
   * {@return the quotients by a number}
   *
   * @param value the divisor
   */
  public Tensor div(double value) {
    return div(scalar(value));
  }

  /**
   * {@return the powers}
   *
   * @param exponent the exponent of all elements
   */
  public Tensor pow(double exponent) {
    return binary(Operator.POW, scalar(exponent));
  }

  /**
   * {@return the smaller elements}
   *
   * @param other the other operand, broadcast with this
   */
  public Tensor min(Tensor other) {
    return binary(Operator.MIN, other);
  }

  /**
   * {@return the larger elements}
   *
   * @param other the other operand, broadcast with this
   */
  public Tensor max(Tensor other) {
    return binary(Operator.MAX, other);
  }

  /** {@return the elements with the opposite sign} */
  public Tensor neg() {
    return unary(Function.NEG);
  }

  /** {@return the absolute values} */
  public Tensor abs() {
    return unary(Function.ABS);
  }

  /** {@return the exponentials} */
  public Tensor exp() {
    return unary(Function.EXP);
  }

  /** {@return the natural logarithms} */
  public Tensor log() {
    return unary(Function.LOG);
  }

  /** {@return the square roots} */
  public Tensor sqrt() {
    return unary(Function.SQRT);
  }

  /** {@return the elements, rounded down to whole numbers} */
  public Tensor floor() {
    return unary(Function.FLOOR);
  }

  /** {@return the sines, of radians} */
  public Tensor sin() {
    return unary(Function.SIN);
  }

  /** {@return the cosines, of radians} */
  public Tensor cos() {
    return unary(Function.COS);
  }

  /** {@return {@code max(x, 0)}} */
  public Tensor relu() {
    return unary(Function.RELU);
  }

  /** {@return {@code 1 / (1 + e^-x)}} */
  public Tensor sigmoid() {
    return unary(Function.SIGMOID);
  }

  /** {@return the hyperbolic tangents} */
  public Tensor tanh() {
    return unary(Function.TANH);
  }

  /**
   * The exact form, {@code x/2 (1 + erf(x/√2))}.
   *
   * @return the values
   */
  public Tensor gelu() {
    return unary(Function.GELU);
  }

  /**
   * {@return the elements, at least {@code low} and at most {@code high}}
   *
   * @param low the least value
   * @param high the largest value
   */
  public Tensor clip(double low, double high) {
    return apply(new Elementwise.Clip((float) low, (float) high));
  }

  /**
   * {@return the elements in another type; this if it has it already}
   *
   * @param to the element type
   */
  public Tensor cast(DType to) {
    return dtype() == to ? this : apply(new Elementwise.Cast(to));
  }

  // Truth

  /** {@return the opposite truth values} */
  public Tensor not() {
    return unary(Function.NOT);
  }

  /**
   * {@return whether both are true}
   *
   * @param other the other operand, broadcast with this
   */
  public Tensor and(Tensor other) {
    return binary(Operator.AND, other);
  }

  /**
   * {@return whether one is true}
   *
   * @param other the other operand, broadcast with this
   */
  public Tensor or(Tensor other) {
    return binary(Operator.OR, other);
  }

  /**
   * {@return whether the elements are equal}
   *
   * @param other the other operand, broadcast with this
   */
  public Tensor equal(Tensor other) {
    return binary(Operator.EQUAL, other);
  }

  /**
   * {@return whether the elements equal a number}
   *
   * @param value the number
   */
  public Tensor equal(double value) {
    return equal(scalar(value));
  }

  /**
   * {@return whether the elements are less}
   *
   * @param other what to compare with, broadcast with this
   */
  public Tensor less(Tensor other) {
    return binary(Operator.LESS, other);
  }

  /**
   * {@return whether the elements are less than a number}
   *
   * @param value the number
   */
  public Tensor less(double value) {
    return less(scalar(value));
  }

  /**
   * {@return whether the elements are greater}
   *
   * @param other what to compare with, broadcast with this
   */
  public Tensor greater(Tensor other) {
    return binary(Operator.GREATER, other);
  }

  /**
   * {@return whether the elements are greater than a number}
   *
   * @param value the number
   */
  public Tensor greater(double value) {
    return greater(scalar(value));
  }

  /**
   * {@return whether the elements are greater or equal}
   *
   * @param other what to compare with, broadcast with this
   */
  public Tensor greaterOrEqual(Tensor other) {
    return binary(Operator.GREATER_OR_EQUAL, other);
  }

  /**
   * {@return where this (boolean) is true the element of {@code yes}, else that of {@code no}}
   *
   * @param yes taken where this is true
   * @param no taken where this is false
   */
  public Tensor where(Tensor yes, Tensor no) {
    return apply(new Elementwise.Where(), yes, no);
  }

  /**
   * {@return where this (boolean) is true the element of {@code yes}, else {@code no}}
   *
   * @param yes taken where this is true
   * @param no taken where this is false
   */
  public Tensor where(Tensor yes, double no) {
    return where(yes, yes.scalar(no));
  }

  // Products

  /**
   * {@return the product of matrices [..., n, k] and [..., k, m]; axes before the last two are
   * broadcast}
   *
   * @param other the right operand
   */
  public Tensor matmul(Tensor other) {
    return apply(new Product.MatMul(), other);
  }

  // Movement

  /**
   * At most one extent may be -1: what is left over.
   *
   * @param dims the extents
   * @return the same elements in another shape
   */
  public Tensor reshape(int... dims) {
    Shape target = Shape.of(dims);
    return target.isStatic() && target.equals(shape()) ? this : apply(new Movement.Reshape(target));
  }

  /**
   * Axes {@code from} to {@code to} (inclusive) as one.
   *
   * @param from the first axis
   * @param to the last axis
   * @return the same elements in another shape
   */
  public Tensor flatten(int from, int to) {
    int a = shape().axis(from);
    int b = shape().axis(to);
    int product = 1;
    for (int i = a; i <= b; i++) {
      product = dim(i) == Shape.UNKNOWN || product < 0 ? Shape.UNKNOWN : product * dim(i);
    }
    int[] before = Arrays.copyOfRange(shape().dims(), 0, a);
    int[] after = Arrays.copyOfRange(shape().dims(), b + 1, rank());
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
  public Tensor permute(int... order) {
    return apply(new Movement.Transpose(Arrays.stream(order).boxed().toList()));
  }

  /**
   * Swaps two axes.
   *
   * @param a one axis
   * @param b the other axis
   * @return the elements in the order of the new axes
   */
  public Tensor transpose(int a, int b) {
    int[] order = IntStream.range(0, rank()).toArray();
    order[shape().axis(a)] = shape().axis(b);
    order[shape().axis(b)] = shape().axis(a);
    return permute(order);
  }

  /**
   * {@return the parts one after another along an axis}
   *
   * @param axis the axis; negative ones count from the end
   * @param parts of the same extents along all other axes
   */
  public static Tensor concat(int axis, List<Tensor> parts) {
    Tensor first = parts.get(0);
    return parts.size() == 1
        ? first
        : first.apply(
            new Movement.Concat(first.shape().axis(axis)),
            parts.subList(1, parts.size()).toArray(Tensor[]::new));
  }

  /**
   * {@return the parts one after another along an axis}
   *
   * @param axis the axis; negative ones count from the end
   * @param parts of the same extents along all other axes
   */
  public static Tensor concat(int axis, Tensor... parts) {
    return concat(axis, List.of(parts));
  }

  /**
   * {@code pieces} equal pieces along an axis.
   *
   * @param pieces how many, a divisor of the extent
   * @param axis the axis
   * @return the pieces in order
   */
  public List<Tensor> chunk(int pieces, int axis) {
    int size = dim(axis) / pieces;
    return split(axis, IntStream.range(0, pieces).map(i -> size).toArray());
  }

  /**
   * Consecutive pieces of the given sizes along an axis.
   *
   * @param axis the axis
   * @param sizes the extents of the pieces, as long together as the axis
   * @return the pieces in order
   */
  public List<Tensor> split(int axis, int... sizes) {
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
  public Tensor slice(int axis, int from, int to) {
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
  public Tensor slice(int axis, int from, int to, int step) {
    return apply(new Movement.Slice(shape().axis(axis), from, to, step));
  }

  /**
   * Element {@code i} along an axis, which goes.
   *
   * @param axis the axis
   * @param i counted from 0
   * @return the element
   */
  public Tensor select(int axis, int i) {
    return slice(axis, i, i + 1).squeeze(axis);
  }

  /**
   * {@return the elements, repeated along axes of extent 1}
   *
   * @param dims the extents of the result
   */
  public Tensor expand(int... dims) {
    Shape target = Shape.of(dims);
    return target.equals(shape()) ? this : apply(new Movement.Expand(target));
  }

  /**
   * A new axis of extent 1 that stands at {@code axis} of the result.
   *
   * @param axis where it stands
   * @return the same elements in another shape
   */
  public Tensor unsqueeze(int axis) {
    int a = axis < 0 ? axis + rank() + 1 : axis;
    return apply(new Movement.Unsqueeze(List.of(a)));
  }

  /**
   * Takes out an axis of extent 1.
   *
   * @param axis the axis
   * @return the same elements in another shape
   */
  public Tensor squeeze(int axis) {
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
  public Tensor pad(int axis, int before, int after, float value) {
    if (before == 0 && after == 0) {
      return this;
    }
    Integer[] b = new Integer[rank()];
    Integer[] a = new Integer[rank()];
    Arrays.fill(b, 0);
    Arrays.fill(a, 0);
    b[shape().axis(axis)] = before;
    a[shape().axis(axis)] = after;
    return apply(new Movement.Pad(List.of(b), List.of(a), value));
  }

  // Picking

  /**
   * Slices along an axis at the given indices; the indices' axes take the axis's place.
   *
   * @param axis the axis
   * @param indices counted from 0, int64
   * @return the slices
   */
  public Tensor gather(int axis, Tensor indices) {
    return apply(new Indexing.Gather(shape().axis(axis)), indices);
  }

  /**
   * The slices at index tuples: see {@link Indexing.GatherNd}.
   *
   * @param batchDims leading axes that this tensor and the indices share
   * @param indices int64 [batch..., n..., k]
   * @return [batch..., n..., slice...]
   */
  public Tensor gatherNd(int batchDims, Tensor indices) {
    return apply(new Indexing.GatherNd(batchDims), indices);
  }

  /** {@return the run-time shape as int64 [rank]} */
  public Tensor runtimeShape() {
    return apply(new Indexing.ShapeOf());
  }

  /**
   * The k largest along an axis in order (index 0), and their indices (index 1, int64).
   *
   * @param k how many
   * @param axis the axis
   * @return values and indices
   */
  public List<Tensor> topK(int k, int axis) {
    return applyAll(new Selection.TopK(k, shape().axis(axis), true));
  }

  // Folding

  /**
   * {@return the sums along an axis}
   *
   * @param axis the axis
   * @param keep whether the axis stays, with extent 1
   */
  public Tensor sum(int axis, boolean keep) {
    return apply(new Reduction.Reduce(Reduction.Kind.SUM, shape().axis(axis), keep));
  }

  /**
   * {@return the means along an axis}
   *
   * @param axis the axis
   * @param keep whether the axis stays, with extent 1
   */
  public Tensor mean(int axis, boolean keep) {
    return apply(new Reduction.Reduce(Reduction.Kind.MEAN, shape().axis(axis), keep));
  }

  /**
   * {@return the largest elements along an axis}
   *
   * @param axis the axis
   * @param keep whether the axis stays, with extent 1
   */
  public Tensor max(int axis, boolean keep) {
    return apply(new Reduction.Reduce(Reduction.Kind.MAX, shape().axis(axis), keep));
  }

  /**
   * {@return exponentials over their sum along an axis}
   *
   * @param axis the axis
   */
  public Tensor softmax(int axis) {
    return apply(new Normalization.Softmax(shape().axis(axis)));
  }

  /**
   * {@return the index of the largest element along an axis (the first of equals), which goes;
   * int64}
   *
   * @param axis the axis
   */
  public Tensor argmax(int axis) {
    return apply(new Reduction.ArgMax(shape().axis(axis), false));
  }

  @Override
  public String toString() {
    return node.op().onnxName() + " -> " + type;
  }
}
