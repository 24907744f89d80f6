package dev.dovetail.graph;

/**
 * An operator that an engine may have a kernel of its own for, which does the work of several
 * others. Models never use one by itself: they record operators of ONNX and say beside them which
 * fused operator gives the same ({@link Trace#fusible}), or an engine finds a pattern. An engine
 * that has the kernel puts it in ({@link Graph#fused}); everyone else never sees it, and no
 * exported file holds one.
 */
public non-sealed interface FusedOp extends Op {

  /** The domain that the names of fused operators belong to. */
  String DOMAIN = "dovetail";

  /**
   * {@return whether an operand is read in float32 in a graph of any precision}
   *
   * @param operand counted from 0
   */
  default boolean readsFloat32(int operand) {
    return false;
  }
}
