package dev.dovetail.graph;

/**
 * An operator that only graphs for ONNX Runtime contain: one of ONNX Runtime's own domain, or a
 * form of an ONNX operator that only ONNX Runtime computes quickly. {@link Product.Attention} is an
 * exception, which a writer can also express in operators of ONNX.
 */
public non-sealed interface OrtOp extends Op {

  /** ONNX Runtime's own domain. */
  String DOMAIN = "com.microsoft";

  /** {@return the operator's ONNX domain} */
  default String domain() {
    return DOMAIN;
  }
}
