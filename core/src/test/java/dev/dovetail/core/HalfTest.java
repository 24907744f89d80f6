package dev.dovetail.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

class HalfTest {

  @Test
  void everyHalfSurvivesTheWayToFloatAndBack() {
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
  void knownHalvesHaveTheirValues() {
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

  /** Nearest by distance, ties to the even one, for random floats of half precision's range. */
  @Test
  void roundingGoesToTheNearestHalfAndFromTiesToTheEvenOne() {
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
}
