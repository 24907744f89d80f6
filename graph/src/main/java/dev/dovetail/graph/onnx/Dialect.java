package dev.dovetail.graph.onnx;

/** Which operators a written model may use. */
public enum Dialect {
  /** Those of the standard domain {@code ai.onnx} alone: any runtime can load the model. */
  PORTABLE,
  /** Also ONNX Runtime's fused operators ({@code com.microsoft}), where they are faster. */
  ORT,
  /** The same, in the forms that ONNX Runtime's processor provider computes fastest. */
  ORT_CPU,
  /** The same, in the forms that ONNX Runtime's CUDA provider computes fastest. */
  ORT_CUDA
}
