package dev.dovetail.core;

import java.util.Locale;

/** The element type of a tensor in a graph, in memory, or in a file. */
public enum DType {
  /** 64-bit floating point. */
  FLOAT64(8),
  /** 32-bit floating point. */
  FLOAT32(4),
  /** 16-bit floating point (IEEE 754 half precision). */
  FLOAT16(2),
  /** 16-bit brain floating point: the upper 16 bits of a {@link #FLOAT32}. */
  BFLOAT16(2),
  /** 64-bit signed integer. */
  INT64(8),
  /** 32-bit signed integer. */
  INT32(4),
  /** 16-bit signed integer. */
  INT16(2),
  /** 8-bit signed integer. */
  INT8(1),
  /** 64-bit unsigned integer. */
  UINT64(8),
  /** 32-bit unsigned integer. */
  UINT32(4),
  /** 16-bit unsigned integer. */
  UINT16(2),
  /** 8-bit unsigned integer, used for pixels. */
  UINT8(1),
  /** Boolean, stored as a byte with the value 0 or 1. */
  BOOL(1);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /** {@return the number of bytes per element} */
  public int bytes() {
    return bytes;
  }

  /** {@return whether the elements are floating-point numbers rather than integers or booleans} */
  public boolean isFloat() {
    return switch (this) {
      case FLOAT64, FLOAT32, FLOAT16, BFLOAT16 -> true;
      default -> false;
    };
  }

  /** Returns the name as in PyTorch and NumPy, such as {@code bfloat16}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
