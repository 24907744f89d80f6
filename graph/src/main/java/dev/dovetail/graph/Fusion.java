package dev.dovetail.graph;

import java.util.List;

/**
 * A fused operator that gives values which a graph computes by several nodes.
 *
 * @param op the operator
 * @param operands values that were made before the first of {@code results}, or sources
 * @param results what it gives, in order
 */
public record Fusion(FusedOp op, List<Tensor> operands, List<Tensor> results) {

  /**
   * @throws IllegalArgumentException if the operator does not give the types of the results
   */
  public Fusion {
    operands = List.copyOf(operands);
    results = List.copyOf(results);
    List<TensorType> given = op.infer(operands.stream().map(Tensor::type).toList());
    List<TensorType> wanted = results.stream().map(Tensor::type).toList();
    Op.require(given.equals(wanted), op.onnxName() + " gives " + given + " in place of " + wanted);
  }
}
