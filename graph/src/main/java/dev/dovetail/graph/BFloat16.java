package dev.dovetail.graph;

/** The upper half of a float32: 8 bits of precision. */
public final class BFloat16 {

  private BFloat16() {}

  /** The nearest number that bfloat16 has, the even one of two. */
  public static float round(float value) {
    int bits = Float.floatToIntBits(value);
    return Float.intBitsToFloat(bits + 0x7fff + (bits >>> 16 & 1) & 0xffff0000);
  }
}
