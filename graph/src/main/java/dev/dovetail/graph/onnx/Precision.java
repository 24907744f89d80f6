package dev.dovetail.graph.onnx;

/** What a written model computes in. */
public enum Precision {
  /** Single precision. */
  FP32,
  /**
   * Half precision, except where a kernel or the model needs float32. Inputs and outputs stay
   * float32.
   */
  FP16,
  /**
   * 8-bit integers in the layers that a {@link dev.dovetail.graph.int8.Calibration} quantizes, and
   * single precision between them.
   */
  INT8
}
