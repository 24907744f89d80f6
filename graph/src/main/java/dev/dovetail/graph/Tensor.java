package dev.dovetail.graph;

import dev.dovetail.core.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A symbolic value of a graph: an element type, a shape, and the node that computes it. Its methods
 * record operations and return their results: {@link ElementwiseOps}, {@link MovementOps} and
 * {@link ReductionOps}. Axes may be negative; they then count from the end.
 *
 * <p>Every method throws {@link ShapeException} if the operands are invalid.
 */
public final class Tensor implements ElementwiseOps, MovementOps, ReductionOps {

  private final Node node;
  private final int index;
  private final TensorType type;

  Tensor(Node node, int index, TensorType type) {
    this.node = node;
    this.index = index;
    this.type = type;
  }

  /** {@return the node that computes this tensor} */
  public Node node() {
    return node;
  }

  /** {@return the index of this tensor among the node's results} */
  public int index() {
    return index;
  }

  @Override
  public TensorType type() {
    return type;
  }

  /** {@return the element type} */
  public DType dtype() {
    return type.dtype();
  }

  @Override
  public Shape shape() {
    return type.shape();
  }

  /**
   * {@return the extent along an axis; {@link Shape#UNKNOWN} if it is unknown before a run}
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

  @Override
  public Tensor apply(Op op, Tensor... others) {
    return applyAll(op, others).get(0);
  }

  @Override
  public List<Tensor> applyAll(Op op, Tensor... others) {
    List<Tensor> operands = new ArrayList<>();
    operands.add(this);
    operands.addAll(Arrays.asList(others));
    return trace().node(op, operands).outputs();
  }

  @Override
  public Tensor constant(TensorData data) {
    return trace().constant(data);
  }

  /**
   * Declares that a fused operator applied to this tensor also computes a value, which was recorded
   * as several nodes.
   *
   * @param result the value
   * @param op the operator
   * @param others the operands after this tensor
   * @return {@code result}
   */
  public Tensor fusible(Tensor result, FusedOp op, Tensor... others) {
    List<Tensor> operands = new ArrayList<>(List.of(this));
    operands.addAll(List.of(others));
    trace().fusible(new Fusion(op, operands, List.of(result)));
    return result;
  }

  /**
   * {@return the matrix product of [..., n, k] and [..., k, m]; other axes are broadcast}
   *
   * @param other the right operand
   */
  public Tensor matmul(Tensor other) {
    return apply(new Product.MatMul(), other);
  }

  /**
   * {@return the concatenation along an axis}
   *
   * @param axis the axis; negative ones count from the end
   * @param parts tensors with the same extents along all other axes
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
   * {@return the concatenation along an axis}
   *
   * @param axis the axis; negative ones count from the end
   * @param parts tensors with the same extents along all other axes
   */
  public static Tensor concat(int axis, Tensor... parts) {
    return concat(axis, List.of(parts));
  }

  @Override
  public String toString() {
    return node.op().onnxName() + " -> " + type;
  }
}
