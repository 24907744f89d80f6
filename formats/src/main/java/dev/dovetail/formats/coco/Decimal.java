package dev.dovetail.formats.coco;

import com.fasterxml.jackson.core.io.NumberInput;
import java.nio.charset.StandardCharsets;

/** Converts the digits of a decimal number to the nearest double. */
final class Decimal {

  /** The number of digits that fit into a long. */
  static final int EXACT_DIGITS = 18;

  private static final long EXACT_MANTISSA = 1L << 53;
  private static final double[] POWERS_OF_TEN = new double[23];

  static {
    POWERS_OF_TEN[0] = 1;
    for (int i = 1; i < POWERS_OF_TEN.length; i++) {
      POWERS_OF_TEN[i] = POWERS_OF_TEN[i - 1] * 10;
    }
  }

  private Decimal() {}

  /**
   * Returns whether {@link #of} returns the nearest double: mantissa and power of ten are exact,
   * and only one operation rounds.
   *
   * @param digits of the mantissa
   */
  static boolean isExact(int digits, long mantissa, int exponent) {
    return digits <= EXACT_DIGITS
        && mantissa <= EXACT_MANTISSA
        && exponent >= -22
        && exponent <= 22;
  }

  /** Returns the mantissa times a power of ten. Both must be exact. */
  static double of(long mantissa, int exponent) {
    return exponent < 0 ? mantissa / POWERS_OF_TEN[-exponent] : mantissa * POWERS_OF_TEN[exponent];
  }

  /** Returns the value of any number. */
  static double parse(byte[] b, int from, int to) {
    String text = new String(b, from, to - from, StandardCharsets.ISO_8859_1);
    return NumberInput.parseDouble(text, true);
  }
}
