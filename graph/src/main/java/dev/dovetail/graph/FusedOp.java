package dev.dovetail.graph;

import java.util.List;

/**
 * A fused operator, which does the work of several operators and for which an engine may have a
 * dedicated kernel. Models never use fused operators directly. They record ONNX operators and
 * declare an equivalent fused operator ({@link Trace#fusible}), or an engine detects a pattern. An
 * engine that has the kernel inserts it ({@link Graph#fused}). The writer for the CUDA provider
 * inserts some too, and expresses them in operators of ONNX and {@link OrtOp}. Other engines never
 * see a fused operator, and exported files do not contain one.
 */
public non-sealed interface FusedOp extends Op {

  /** The ONNX domain of fused operators. */
  String DOMAIN = "dovetail";

  /**
   * {@return whether an operand is read in float32 in a graph of any precision}
   *
   * @param operand the index of the operand, from 0
   */
  default boolean readsFloat32(int operand) {
    return false;
  }

  /**
   * {@return whether an operand contains sizes: int64, read by the CPU when the operator runs}
   *
   * @param operand the index of the operand, from 0
   */
  default boolean isSize(int operand) {
    return false;
  }

  /**
   * Returns the shapes of the results in a run. Operators whose results have unknown dimensions
   * compute them from their sizes.
   *
   * @param in the types of the operands
   * @param sizes the elements of all operands that contain sizes, in order
   * @return the shapes, without unknown dimensions
   * @throws IllegalArgumentException if the operator does not support these sizes
   */
  default List<Shape> shapes(List<TensorType> in, long[] sizes) {
    return infer(in).stream().map(TensorType::shape).toList();
  }
}
