package dev.dovetail.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class HalfTest {

  @Test
  void everyHalfIsPreservedByConversionToFloatAndBack() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float value = Half.toFloat((short) bits);
      boolean nan = Float.isNaN(value);
      assertEquals(nan ? bits | 0x200 : bits, Half.fromFloat(value) & 0xffff);
      float wide = Half.bfloatToFloat((short) bits);
      int quiet = Float.isNaN(wide) ? 0x40 : 0;
      assertEquals(bits | quiet, Half.bfloatFromFloat(wide) & 0xffff);
    }
  }

  @Test
  void knownHalvesHaveTheExpectedValues() {
    assertEquals(1f, Half.toFloat((short) 0x3c00));
    assertEquals(-2f, Half.toFloat((short) 0xc000));
    assertEquals(65504f, Half.toFloat((short) 0x7bff));
    assertEquals(0x1p-24f, Half.toFloat((short) 1));
    assertEquals(0x1p-14f, Half.toFloat((short) 0x400));
    assertEquals(Float.NEGATIVE_INFINITY, Half.toFloat((short) 0xfc00));
    assertEquals(0x7c00, Half.fromFloat(65520f));
    assertEquals(0x7bff, Half.fromFloat(65519.996f));
    assertEquals(0x3f80, Half.bfloatFromFloat(1f));
    assertEquals(3.140625f, Half.bfloatToFloat((short) 0x4049));
  }

  /** Rounds to the nearest, ties to even, for random floats in the range of half precision. */
  @Test
  void roundsToNearestWithTiesToEven() {
    long seed = 7;
    Random random = new Random(seed);
    for (int i = 0; i < 300_000; i++) {
      int below = random.nextInt(0x7bff);
      double low = Half.toFloat((short) below);
      double high = Half.toFloat((short) (below + 1));
      double between = i % 3 == 0 ? 0.5 : random.nextDouble();
      float value = (float) (low + between * (high - low));
      double toLow = value - low;
      double toHigh = high - value;
      int expected = toLow < toHigh || toLow == toHigh && below % 2 == 0 ? below : below + 1;
      assertEquals(expected, Half.fromFloat(value), "seed " + seed + ", value " + value);
      assertEquals(expected | 0x8000, Half.fromFloat(-value) & 0xffff, "seed " + seed);
    }
  }

  @Test
  void subnormalsAreRoundedWithTheirSpacing() {
    assertEquals(0, Half.fromFloat(0x1p-25f), "a tie with 0, which is even");
    assertEquals(1, Half.fromFloat(Math.nextUp(0x1p-25f)));
    assertEquals(2, Half.fromFloat(1.5f * 0x1p-24f), "a tie between 1 and 2");
    assertEquals(0x3ff, Half.fromFloat(1023 * 0x1p-24f));
    assertEquals(0x400, Half.fromFloat(1023.5f * 0x1p-24f), "carries into the exponent");
    assertEquals(0, Half.fromFloat(Float.MIN_VALUE));
  }

  @Test
  void zerosKeepTheirSign() {
    assertEquals(0, Half.fromFloat(0f));
    assertEquals((short) 0x8000, Half.fromFloat(-0f));
    assertEquals(0x80000000, Float.floatToRawIntBits(Half.toFloat((short) 0x8000)));
  }

  @Test
  void tiesRoundToEvenAndTheLargestOverflowToInfinity() {
    assertEquals(0x3c00, Half.fromFloat(1 + 0x1p-11f));
    assertEquals(0x3c02, Half.fromFloat(1 + 3 * 0x1p-11f));
    assertEquals(0x4000, Half.fromFloat(Math.nextDown(2f)));
    assertEquals(0x7c00, Half.fromFloat(Float.MAX_VALUE));
    assertEquals((short) 0xfc00, Half.fromFloat(Float.NEGATIVE_INFINITY));
    assertEquals(0x7f80, Half.bfloatFromFloat(Float.MAX_VALUE));
    assertEquals(0x3f80, Half.bfloatFromFloat(1 + 0x1p-8f), "ties round to even");
  }

  @Test
  void nanStaysNanAndOnlyNumbersAreFinite() {
    assertEquals(0x7e00, Half.fromFloat(Float.NaN));
    assertTrue(Float.isNaN(Half.toFloat((short) 0x7c01)));
    assertTrue(
        Float.isNaN(Half.bfloatToFloat(Half.bfloatFromFloat(Float.intBitsToFloat(0x7f800001)))));
    assertTrue(Half.isFinite((short) 0xfbff));
    assertFalse(Half.isFinite(Half.INFINITY));
    assertFalse(Half.isFinite((short) 0xfc00));
    assertFalse(Half.isFinite((short) 0x7e00));
  }
}
