package dev.dovetail.weights;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The type of a tensor's elements as a file stores them. */
public enum ElementType {
  FLOAT64("F64", 8),
  FLOAT32("F32", 4),
  FLOAT16("F16", 2),
  BFLOAT16("BF16", 2),
  INT64("I64", 8),
  INT32("I32", 4),
  INT16("I16", 2),
  INT8("I8", 1),
  UINT64("U64", 8),
  UINT32("U32", 4),
  UINT16("U16", 2),
  UINT8("U8", 1),
  BOOL("BOOL", 1);

  private final String safetensors;
  private final int bytes;

  ElementType(String safetensors, int bytes) {
    this.safetensors = safetensors;
    this.bytes = bytes;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** Whether the elements are whole numbers or booleans, not floating point. */
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
