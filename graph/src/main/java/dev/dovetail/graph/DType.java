package dev.dovetail.graph;

/** The element types a graph's values may have. */
public enum DType {
  /** Floating point of 32 bits. */
  FLOAT32(4, 1),
  /** Floating point of 16 bits, as IEEE 754 defines it. */
  FLOAT16(2, 10),
  /** A signed integer of 64 bits. */
  INT64(8, 7),
  /** A signed integer of 32 bits. */
  INT32(4, 6),
  /** An unsigned integer of 8 bits: pixels. */
  UINT8(1, 2),
  /** An unsigned integer of 16 bits. */
  UINT16(2, 4),
  /** A truth value. */
  BOOL(1, 9);

  private final int bytes;
  private final int onnxCode;

  DType(int bytes, int onnxCode) {
    this.bytes = bytes;
    this.onnxCode = onnxCode;
  }

  /** {@return bytes of one element} */
  public int bytes() {
    return bytes;
  }

  /** {@return the value of {@code TensorProto.DataType}} */
  public int onnxCode() {
    return onnxCode;
  }

  /**
   * {@return true for the floating-point types, whose width is a choice made when a graph is
   * written}
   */
  public boolean isFloat() {
    return this == FLOAT32 || this == FLOAT16;
  }
}
