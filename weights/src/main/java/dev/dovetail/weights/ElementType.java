package dev.dovetail.weights;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The type of a tensor's elements as a file stores them. */
public enum ElementType {
  /** Floating point of 64 bits. */
  FLOAT64("F64", 8),
  /** Floating point of 32 bits. */
  FLOAT32("F32", 4),
  /** Floating point of 16 bits, as IEEE 754 defines it. */
  FLOAT16("F16", 2),
  /** The upper 16 bits of a {@link #FLOAT32}. */
  BFLOAT16("BF16", 2),
  /** A signed integer of 64 bits. */
  INT64("I64", 8),
  /** A signed integer of 32 bits. */
  INT32("I32", 4),
  /** A signed integer of 16 bits. */
  INT16("I16", 2),
  /** A signed integer of 8 bits. */
  INT8("I8", 1),
  /** An unsigned integer of 64 bits. */
  UINT64("U64", 8),
  /** An unsigned integer of 32 bits. */
  UINT32("U32", 4),
  /** An unsigned integer of 16 bits. */
  UINT16("U16", 2),
  /** An unsigned integer of 8 bits. */
  UINT8("U8", 1),
  /** A truth value in a byte, 0 or 1. */
  BOOL("BOOL", 1);

  private final String safetensors;
  private final int bytes;

  ElementType(String safetensors, int bytes) {
    this.safetensors = safetensors;
    this.bytes = bytes;
  }

  /** {@return bytes of one element} */
  public int bytes() {
    return bytes;
  }

  /** {@return whether the elements are whole numbers or booleans, not floating point} */
  public boolean integer() {
    return switch (this) {
      case FLOAT64, FLOAT32, FLOAT16, BFLOAT16 -> false;
      default -> true;
    };
  }

  /** The name in a safetensors header, such as {@code BF16}. */
  String safetensors() {
    return safetensors;
  }

  static Optional<ElementType> ofSafetensors(String name) {
    return Arrays.stream(values()).filter(t -> t.safetensors.equals(name)).findFirst();
  }

  /** The name as PyTorch and NumPy write it, such as {@code bfloat16}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
