package dev.dovetail.core;

/** Converts IEEE 754 half precision and bfloat16 to and from float. JDK 17 supports neither. */
public final class Half {

  /** The bits of positive infinity in half precision. */
  public static final short INFINITY = 0x7c00;

  private Half() {}

  /**
   * {@return the value of a half-precision number}
   *
   * @param bits its 16 bits
   */
  public static float toFloat(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = (bits >>> 10) & 0x1f;
    int fraction = bits & 0x3ff;
    if (exponent == 0) {
      float magnitude = fraction * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    int floatExponent = exponent == 0x1f ? 0xff : exponent - 15 + 127;
    return Float.intBitsToFloat(sign | floatExponent << 23 | fraction << 13);
  }

  /**
   * Rounds to the nearest half-precision number; ties round to even. Numbers from 65520 become
   * infinite, and NaN stays NaN.
   *
   * @param value a number
   * @return the 16 bits of the half-precision number
   */
  public static short fromFloat(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    int magnitude = bits & 0x7fffffff;
    if (magnitude > 0x7f800000) {
      return (short) (sign | 0x7e00 | (magnitude >>> 13 & 0x3ff));
    }
    if (magnitude >= 0x477ff000) {
      return (short) (sign | INFINITY);
    }
    if (magnitude < 0x38800000) {
      // After adding 0.5, the last bit of the sum is 2^-24, so the hardware does the rounding.
      float shifted = Float.intBitsToFloat(magnitude) + 0.5f;
      return (short) (sign | (Float.floatToRawIntBits(shifted) - 0x3f000000));
    }
    int rounded = magnitude + 0xfff + (magnitude >>> 13 & 1);
    return (short) (sign | (rounded - 0x38000000) >>> 13);
  }

  /**
   * {@return whether a half-precision number is neither infinite nor NaN}
   *
   * @param bits its 16 bits
   */
  public static boolean isFinite(short bits) {
    return (bits & INFINITY) != INFINITY;
  }

  /**
   * {@return the value of a bfloat16 number}
   *
   * @param bits its 16 bits
   */
  public static float bfloatToFloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /**
   * Rounds to the nearest bfloat16 number; ties round to even. NaN stays NaN.
   *
   * @param value a number
   * @return the 16 bits of the bfloat16 number
   */
  public static short bfloatFromFloat(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >>> 16 | 0x40);
    }
    return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
  }
}
