package dev.dovetail.graph;

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

  public Node node() {
    return node;
  }

  /** Which of the node's results this is. */
  public int index() {
    return index;
  }

  public TensorType type() {
    return type;
  }

  public DType dtype() {
    return type.dtype();
  }

  public Shape shape() {
    return type.shape();
  }

  public int dim(int axis) {
    return type.shape().dim(axis);
  }

  public int rank() {
    return type.shape().rank();
  }

  Trace trace() {
    return node.trace();
  }

  /** Records {@code op} on this and {@code others} and gives its first result. */
  public Tensor apply(Op op, Tensor... others) {
    return applyAll(op, others).get(0);
  }

  /** Records {@code op} on this and {@code others} and gives all results. */
  public List<Tensor> applyAll(Op op, Tensor... others) {
    List<Tensor> operands = new ArrayList<>();
    operands.add(this);
    operands.addAll(Arrays.asList(others));
    return trace().node(op, operands).outputs();
  }

  /** A constant of the graph that this tensor belongs to. */
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

  public Tensor plus(Tensor other) {
    return binary(Operator.ADD, other);
  }

  public Tensor plus(double value) {
    return plus(scalar(value));
  }

  public Tensor minus(Tensor other) {
    return binary(Operator.SUB, other);
  }

  public Tensor minus(double value) {
    return minus(scalar(value));
  }

  public Tensor times(Tensor other) {
    return binary(Operator.MUL, other);
  }

  public Tensor times(double value) {
    return times(scalar(value));
  }

  public Tensor div(Tensor other) {
    return binary(Operator.DIV, other);
  }

  public Tensor div(double value) {
    return div(scalar(value));
  }

  public Tensor pow(double exponent) {
    return binary(Operator.POW, scalar(exponent));
  }

  public Tensor min(Tensor other) {
    return binary(Operator.MIN, other);
  }

  public Tensor max(Tensor other) {
    return binary(Operator.MAX, other);
  }

  public Tensor neg() {
    return unary(Function.NEG);
  }

  public Tensor abs() {
    return unary(Function.ABS);
  }

  public Tensor exp() {
    return unary(Function.EXP);
  }

  public Tensor log() {
    return unary(Function.LOG);
  }

  public Tensor sqrt() {
    return unary(Function.SQRT);
  }

  public Tensor floor() {
    return unary(Function.FLOOR);
  }

  public Tensor sin() {
    return unary(Function.SIN);
  }

  public Tensor cos() {
    return unary(Function.COS);
  }

  public Tensor relu() {
    return unary(Function.RELU);
  }

  public Tensor sigmoid() {
    return unary(Function.SIGMOID);
  }

  public Tensor tanh() {
    return unary(Function.TANH);
  }

  /** The exact form, {@code x/2 (1 + erf(x/√2))}. */
  public Tensor gelu() {
    return unary(Function.GELU);
  }

  public Tensor clip(double low, double high) {
    return apply(new Elementwise.Clip((float) low, (float) high));
  }

  public Tensor cast(DType to) {
    return dtype() == to ? this : apply(new Elementwise.Cast(to));
  }

  // Truth

  public Tensor not() {
    return unary(Function.NOT);
  }

  public Tensor and(Tensor other) {
    return binary(Operator.AND, other);
  }

  public Tensor or(Tensor other) {
    return binary(Operator.OR, other);
  }

  public Tensor equal(Tensor other) {
    return binary(Operator.EQUAL, other);
  }

  public Tensor equal(double value) {
    return equal(scalar(value));
  }

  public Tensor less(Tensor other) {
    return binary(Operator.LESS, other);
  }

  public Tensor less(double value) {
    return less(scalar(value));
  }

  public Tensor greater(Tensor other) {
    return binary(Operator.GREATER, other);
  }

  public Tensor greater(double value) {
    return greater(scalar(value));
  }

  public Tensor greaterOrEqual(Tensor other) {
    return binary(Operator.GREATER_OR_EQUAL, other);
  }

  /** Where this (boolean) is true the element of {@code yes}, else that of {@code no}. */
  public Tensor where(Tensor yes, Tensor no) {
    return apply(new Elementwise.Where(), yes, no);
  }

  /** Where this (boolean) is true the element of {@code yes}, else {@code no}. */
  public Tensor where(Tensor yes, double no) {
    return where(yes, yes.scalar(no));
  }

  // Products

  public Tensor matmul(Tensor other) {
    return apply(new Product.MatMul(), other);
  }

  // Movement

  /** At most one extent may be -1: what is left over. */
  public Tensor reshape(int... dims) {
    Shape target = Shape.of(dims);
    return target.isStatic() && target.equals(shape()) ? this : apply(new Movement.Reshape(target));
  }

  /** Axes {@code from} to {@code to} (inclusive) as one. */
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

  /** Result axis i is axis {@code order[i]} of this. */
  public Tensor transpose(int... order) {
    return apply(new Movement.Transpose(Arrays.stream(order).boxed().toList()));
  }

  /** Swaps two axes. */
  public Tensor swap(int a, int b) {
    int[] order = IntStream.range(0, rank()).toArray();
    order[shape().axis(a)] = shape().axis(b);
    order[shape().axis(b)] = shape().axis(a);
    return transpose(order);
  }

  public static Tensor concat(int axis, List<Tensor> parts) {
    Tensor first = parts.get(0);
    return parts.size() == 1
        ? first
        : first.apply(
            new Movement.Concat(first.shape().axis(axis)),
            parts.subList(1, parts.size()).toArray(Tensor[]::new));
  }

  public static Tensor concat(int axis, Tensor... parts) {
    return concat(axis, List.of(parts));
  }

  /** {@code pieces} equal pieces along an axis. */
  public List<Tensor> split(int pieces, int axis) {
    int size = dim(axis) / pieces;
    return splitSizes(axis, IntStream.range(0, pieces).map(i -> size).toArray());
  }

  /** Consecutive pieces of the given sizes along an axis. */
  public List<Tensor> splitSizes(int axis, int... sizes) {
    return applyAll(new Movement.Split(Arrays.stream(sizes).boxed().toList(), shape().axis(axis)));
  }

  /** Elements {@code from} (inclusive) to {@code to} (exclusive) along an axis. */
  public Tensor slice(int axis, int from, int to) {
    return slice(axis, from, to, 1);
  }

  /** Elements {@code from}, {@code from + step}, … below {@code to} along an axis. */
  public Tensor slice(int axis, int from, int to, int step) {
    return apply(new Movement.Slice(shape().axis(axis), from, to, step));
  }

  /** Element {@code i} along an axis, which goes. */
  public Tensor pick(int axis, int i) {
    return slice(axis, i, i + 1).squeeze(axis);
  }

  public Tensor expand(int... dims) {
    Shape target = Shape.of(dims);
    return target.equals(shape()) ? this : apply(new Movement.Expand(target));
  }

  /** A new axis of extent 1 that stands at {@code axis} of the result. */
  public Tensor unsqueeze(int axis) {
    int a = axis < 0 ? axis + rank() + 1 : axis;
    return apply(new Movement.Unsqueeze(List.of(a)));
  }

  /** Takes out an axis of extent 1. */
  public Tensor squeeze(int axis) {
    return apply(new Movement.Squeeze(List.of(shape().axis(axis))));
  }

  /** Adds {@code value} before and after an axis. */
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

  /** Slices along an axis at the given indices; the indices' axes take the axis's place. */
  public Tensor gather(int axis, Tensor indices) {
    return apply(new Indexing.Gather(shape().axis(axis)), indices);
  }

  /**
   * The slices at index tuples: see {@link Indexing.GatherNd}.
   *
   * @param batchDims leading axes that this tensor and the indices share
   * @param indices int64 [batch..., n..., k]
   */
  public Tensor gatherNd(int batchDims, Tensor indices) {
    return apply(new Indexing.GatherNd(batchDims), indices);
  }

  /** The run-time shape as int64 [rank]. */
  public Tensor runtimeShape() {
    return apply(new Indexing.ShapeOf());
  }

  /** The k largest along an axis in order (index 0), and their indices (index 1, int64). */
  public List<Tensor> topK(int k, int axis) {
    return applyAll(new Selection.TopK(k, shape().axis(axis), true));
  }

  // Folding

  public Tensor sum(int axis, boolean keep) {
    return apply(new Reduction.Reduce(Reduction.Kind.SUM, shape().axis(axis), keep));
  }

  public Tensor mean(int axis, boolean keep) {
    return apply(new Reduction.Reduce(Reduction.Kind.MEAN, shape().axis(axis), keep));
  }

  public Tensor max(int axis, boolean keep) {
    return apply(new Reduction.Reduce(Reduction.Kind.MAX, shape().axis(axis), keep));
  }

  public Tensor softmax(int axis) {
    return apply(new Normalization.Softmax(shape().axis(axis)));
  }

  /** The index of the largest element along an axis (the first of equals), which goes; int64. */
  public Tensor argmax(int axis) {
    return apply(new Reduction.ArgMax(shape().axis(axis), false));
  }

  @Override
  public String toString() {
    return node.op().onnxName() + " -> " + type;
  }
}
