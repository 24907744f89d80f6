package dev.dovetail.graph.onnx;

/** The set of operators that a written model may use. */
public enum Dialect {
  /** Only the standard domain {@code ai.onnx}: any runtime can load the model. */
  PORTABLE,
  /** Also ONNX Runtime's fused operators ({@code com.microsoft}), where they are faster. */
  ORT,
  /** Also fused operators, in the forms that are fastest in ONNX Runtime's CPU provider. */
  ORT_CPU,
  /** Also fused operators, in the forms that are fastest in ONNX Runtime's CUDA provider. */
  ORT_CUDA
}
