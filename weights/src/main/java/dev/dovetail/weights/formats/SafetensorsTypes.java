package dev.dovetail.weights.formats;

import dev.dovetail.core.DType;
import java.util.Arrays;
import java.util.Optional;

/** The names of element types in the header of a safetensors file. */
final class SafetensorsTypes {

  private SafetensorsTypes() {}

  /** Returns the name of a type, such as {@code BF16}. */
  static String name(DType type) {
    return switch (type) {
      case FLOAT64 -> "F64";
      case FLOAT32 -> "F32";
      case FLOAT16 -> "F16";
      case BFLOAT16 -> "BF16";
      case INT64 -> "I64";
      case INT32 -> "I32";
      case INT16 -> "I16";
      case INT8 -> "I8";
      case UINT64 -> "U64";
      case UINT32 -> "U32";
      case UINT16 -> "U16";
      case UINT8 -> "U8";
      case BOOL -> "BOOL";
    };
  }

  /** Returns the type with a name; empty if it is unknown. */
  static Optional<DType> type(String name) {
    return Arrays.stream(DType.values()).filter(type -> name(type).equals(name)).findFirst();
  }
}
