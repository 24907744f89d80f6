package dev.dovetail.weights.tensors;

import dev.dovetail.core.DType;
import dev.dovetail.core.Half;
import java.nio.ByteBuffer;

/** Converts elements between types. All buffers are little-endian. */
public final class Elements {

  private Elements() {}

  /**
   * Converts the elements of {@code from} and appends them to {@code to}, which must have enough
   * space. Wider floats are rounded to nearest; a float64 is converted to half precision via
   * float32.
   *
   * @throws IllegalArgumentException if floating-point elements would be converted to integers
   */
  static void convert(ByteBuffer from, DType type, ByteBuffer to, DType target) {
    if (type == target) {
      to.put(from);
      return;
    }
    requireConvertible(type, target);
    int count = from.remaining() / type.bytes();
    if (target == DType.FLOAT32 && type == DType.FLOAT16) {
      for (int i = 0; i < count; i++) {
        to.putFloat(Half.toFloat(from.getShort()));
      }
    } else if (target == DType.FLOAT32 && type == DType.BFLOAT16) {
      for (int i = 0; i < count; i++) {
        to.putFloat(Half.bfloatToFloat(from.getShort()));
      }
    } else if (target == DType.FLOAT16 && type == DType.FLOAT32) {
      for (int i = 0; i < count; i++) {
        to.putShort(Half.fromFloat(from.getFloat()));
      }
    } else if (!target.isFloat()) {
      for (int i = 0; i < count; i++) {
        putLong(to, target, getLong(from, type));
      }
    } else {
      for (int i = 0; i < count; i++) {
        putDouble(to, target, getDouble(from, type));
      }
    }
  }

  static void requireConvertible(DType type, DType target) {
    if (!target.isFloat() && type.isFloat()) {
      throw new IllegalArgumentException(
          "a tensor of " + type + " cannot be read as " + target + ": fractions would be lost");
    }
  }

  /**
   * {@return the next element as a float64}
   *
   * @param from the elements, in their byte order
   * @param type their type
   */
  public static double getDouble(ByteBuffer from, DType type) {
    return switch (type) {
      case FLOAT64 -> from.getDouble();
      case FLOAT32 -> from.getFloat();
      case FLOAT16 -> Half.toFloat(from.getShort());
      case BFLOAT16 -> Half.bfloatToFloat(from.getShort());
      case UINT64 -> unsigned(from.getLong());
      default -> getLong(from, type);
    };
  }

  /**
   * {@return the next element as an integer; an unsigned 64-bit element keeps its bits}
   *
   * @param from the elements, in their byte order
   * @param type their type, which is not a floating-point type
   */
  public static long getLong(ByteBuffer from, DType type) {
    return switch (type) {
      case INT64, UINT64 -> from.getLong();
      case INT32 -> from.getInt();
      case INT16 -> from.getShort();
      case INT8 -> from.get();
      case UINT32 -> from.getInt() & 0xffffffffL;
      case UINT16 -> from.getShort() & 0xffffL;
      case UINT8 -> from.get() & 0xffL;
      case BOOL -> from.get() != 0 ? 1 : 0;
      default -> throw new IllegalArgumentException(type + " is not an integer type");
    };
  }

  private static double unsigned(long bits) {
    return bits >= 0 ? bits : ((bits >>> 1) | (bits & 1)) * 2.0;
  }

  private static void putLong(ByteBuffer to, DType type, long value) {
    switch (type.bytes()) {
      case 8 -> to.putLong(value);
      case 4 -> to.putInt((int) value);
      case 2 -> to.putShort((short) value);
      default -> to.put((byte) (type != DType.BOOL ? value : value == 0 ? 0 : 1));
    }
  }

  private static void putDouble(ByteBuffer to, DType type, double value) {
    switch (type) {
      case FLOAT64 -> to.putDouble(value);
      case FLOAT32 -> to.putFloat((float) value);
      case FLOAT16 -> to.putShort(Half.fromFloat((float) value));
      case BFLOAT16 -> to.putShort(Half.bfloatFromFloat((float) value));
      default -> throw new IllegalArgumentException(type + " is not a floating-point type");
    }
  }
}
