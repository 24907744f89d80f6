package dev.dovetail.graph;

/**
 * An operator of ONNX Runtime's own domain. Only graphs for ONNX Runtime contain one, except for
 * {@link Product.Attention}, which a writer can also express in operators of ONNX.
 */
public non-sealed interface OrtOp extends Op {

  /** The ONNX domain of these operators. */
  String DOMAIN = "com.microsoft";
}
