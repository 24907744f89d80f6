package dev.dovetail.graph.onnx;

/** The width of a written model's floating-point values. */
public enum Precision {
  /** Single precision. */
  FP32,
  /**
   * Half precision, except where a kernel or the model needs float32. Inputs and outputs stay
   * float32.
   */
  FP16
}
