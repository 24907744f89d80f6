package dev.dovetail.graph;

/** Conversion to IEEE 754 binary16 (JDK 17 has none), rounding half to even. */
public final class Half {

  /** The bits of infinity: all those of the exponent, which NaN has too. */
  static final int INFINITY = 0x7c00;

  private Half() {}

  /**
   * The nearest half-precision value; too large ones become infinite.
   *
   * @param value a float32 value
   * @return its 16 bits
   */
  public static short fromFloat(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = bits >>> 16 & 0x8000;
    int magnitude = bits & 0x7fffffff;
    if (magnitude > 0x7f800000) {
      return (short) (sign | 0x7e00);
    }
    if (magnitude >= 0x47800000) {
      return (short) (sign | 0x7c00);
    }
    int exponent = (magnitude >>> 23) - 127;
    if (exponent < -25) {
      return (short) sign;
    }
    int mantissa = magnitude & 0x7fffff | 0x800000;
    int shift = exponent < -14 ? -1 - exponent : 13;
    int base = exponent < -14 ? 0 : exponent + 14 << 10;
    int kept = mantissa >>> shift;
    int rest = mantissa & (1 << shift) - 1;
    int half = 1 << shift - 1;
    if (rest > half || rest == half && (kept & 1) == 1) {
      kept++;
    }
    // The implicit leading bit and a carry out of the mantissa both add to the exponent, as wanted.
    return (short) (sign | base + kept);
  }
}
