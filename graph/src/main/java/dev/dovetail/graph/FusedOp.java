package dev.dovetail.graph;

/**
 * A fused operator, which does the work of several operators and for which an engine may have a
 * dedicated kernel. Models never use fused operators directly. They record ONNX operators and
 * declare an equivalent fused operator ({@link Trace#fusible}), or an engine detects a pattern. An
 * engine that has the kernel inserts it ({@link Graph#fused}), and so does the writer for the CUDA
 * provider where one of ONNX Runtime's operators computes the same. Other engines never see it, and
 * exported files do not contain it.
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
}
