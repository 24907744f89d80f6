package dev.dovetail.graph.onnx;

import java.util.Locale;

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
  INT8;

  /** {@return the name as options and files have it, such as {@code fp32}} */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
