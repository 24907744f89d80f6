package dev.dovetail.graph;

import java.util.List;

/**
 * A fused operator that is equivalent to several nodes of a graph.
 *
 * @param op the operator
 * @param operands values that are computed before the first of {@code results}, or sources
 * @param results the values that the operator computes, in order
 */
public record Fusion(FusedOp op, List<Tensor> operands, List<Tensor> results) {

  /**
   * {@return a fused operator that a graph already contains, as the operand of another}
   *
   * @param node a node with a fused operator
   */
  public static Fusion of(Node node) {
    return new Fusion((FusedOp) node.op(), node.inputs(), node.outputs());
  }

  /**
   * Checks the types.
   *
   * @throws IllegalArgumentException if the operator's results have other types
   */
  public Fusion {
    operands = List.copyOf(operands);
    results = List.copyOf(results);
    List<TensorType> actual = op.infer(operands.stream().map(Tensor::type).toList());
    List<TensorType> expected = results.stream().map(Tensor::type).toList();
    Op.require(
        actual.equals(expected), op.onnxName() + " returns " + actual + " instead of " + expected);
  }
}
