package dev.dovetail.graph.onnx;

import java.util.Locale;

/** The precision of a written model. */
public enum Precision {
  /** Single precision. */
  FP32,
  /**
   * Half precision, except where a kernel or the model needs float32. Inputs and outputs stay in
   * float32.
   */
  FP16,
  /**
   * 8-bit integers in the layers that a {@link dev.dovetail.graph.int8.Calibration} quantizes, and
   * single precision in the others.
   */
  INT8;

  /** {@return the name in options and files, such as {@code fp32}} */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
