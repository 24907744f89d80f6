package dev.dovetail.graph;

/** The element types a graph's values may have. */
public enum DType {
  FLOAT32(4, 1),
  FLOAT16(2, 10),
  INT64(8, 7),
  INT32(4, 6),
  UINT8(1, 2),
  UINT16(2, 4),
  BOOL(1, 9);

  private final int bytes;
  private final int onnxCode;

  DType(int bytes, int onnxCode) {
    this.bytes = bytes;
    this.onnxCode = onnxCode;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** The value of {@code TensorProto.DataType}. */
  public int onnxCode() {
    return onnxCode;
  }

  /** True for the floating-point types, whose width is a choice made when a graph is written. */
  public boolean isFloat() {
    return this == FLOAT32 || this == FLOAT16;
  }
}
