package dev.dovetail.formats.coco;

import com.fasterxml.jackson.core.io.NumberInput;
import java.nio.charset.StandardCharsets;

/** The double nearest to a decimal number whose digits were read. */
final class Decimal {

  /** So many digits fit a long. */
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
   * Whether {@link #of} has the nearest double: mantissa and power of ten are exact, and one
   * operation rounds.
   *
   * @param digits of the mantissa
   */
  static boolean isExact(int digits, long mantissa, int exponent) {
    return digits <= EXACT_DIGITS
        && mantissa <= EXACT_MANTISSA
        && exponent >= -22
        && exponent <= 22;
  }

  /** The mantissa times a power of ten, where that is exact. */
  static double of(long mantissa, int exponent) {
    return exponent < 0 ? mantissa / POWERS_OF_TEN[-exponent] : mantissa * POWERS_OF_TEN[exponent];
  }

  /** Any number as it is written. */
  static double parse(byte[] b, int from, int to) {
    String text = new String(b, from, to - from, StandardCharsets.ISO_8859_1);
    return NumberInput.parseDouble(text, true);
  }
}
