package dev.dovetail.core;

import java.util.Locale;

/** The type of a tensor's elements, in a graph, in memory, or in a file. */
public enum DType {
  /** Floating point of 64 bits. */
  FLOAT64(8),
  /** Floating point of 32 bits. */
  FLOAT32(4),
  /** Floating point of 16 bits, as IEEE 754 defines it. */
  FLOAT16(2),
  /** The upper 16 bits of a {@link #FLOAT32}. */
  BFLOAT16(2),
  /** A signed integer of 64 bits. */
  INT64(8),
  /** A signed integer of 32 bits. */
  INT32(4),
  /** A signed integer of 16 bits. */
  INT16(2),
  /** A signed integer of 8 bits. */
  INT8(1),
  /** An unsigned integer of 64 bits. */
  UINT64(8),
  /** An unsigned integer of 32 bits. */
  UINT32(4),
  /** An unsigned integer of 16 bits. */
  UINT16(2),
  /** An unsigned integer of 8 bits: pixels. */
  UINT8(1),
  /** A truth value in a byte, 0 or 1. */
  BOOL(1);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /** {@return the bytes of one element} */
  public int bytes() {
    return bytes;
  }

  /** {@return whether the elements are floating-point numbers, not integers or truth values} */
  public boolean isFloat() {
    return switch (this) {
      case FLOAT64, FLOAT32, FLOAT16, BFLOAT16 -> true;
      default -> false;
    };
  }

  /** The name as PyTorch and NumPy write it, such as {@code bfloat16}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
