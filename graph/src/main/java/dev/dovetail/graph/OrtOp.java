package dev.dovetail.graph;

/**
 * An operator that only graphs for ONNX Runtime contain, except for {@link Product.Attention},
 * which a writer can also express in operators of ONNX.
 */
public non-sealed interface OrtOp extends Op {

  /** ONNX Runtime's own domain. */
  String DOMAIN = "com.microsoft";

  /** {@return the operator's ONNX domain} */
  default String domain() {
    return DOMAIN;
  }
}
