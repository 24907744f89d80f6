package dev.dovetail.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

class HalfTest {

  private static double value(short half) {
    int exponent = half >> 10 & 31;
    int mantissa = half & 1023;
    double magnitude =
        exponent == 31
            ? mantissa == 0 ? Double.POSITIVE_INFINITY : Double.NaN
            : exponent == 0
                ? mantissa * 0x1p-24
                : (1024 + mantissa) * Math.scalb(1.0, exponent - 25);
    return half < 0 ? -magnitude : magnitude;
  }

  @Test
  void everyHalfValueComesBackUnchanged() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      double v = value((short) bits);
      if (!Double.isNaN(v)) {
        assertEquals((short) bits, Half.fromFloat((float) v), "bits " + bits);
      }
    }
  }

  @Test
  void otherValuesGoToTheNearestAndTiesToEven() {
    long seed = 7;
    Random random = new Random(seed);
    for (int i = 0; i < 200_000; i++) {
      float f = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(12) - 8));
      short half = Half.fromFloat(f);
      double error = Math.abs(value(half) - f);
      for (int neighbour : new int[] {-1, 1}) {
        double other = value((short) (half + neighbour));
        if (Double.isFinite(other) && Math.signum(other) == Math.signum(value(half))) {
          assertEquals(true, error <= Math.abs(other - f), "seed " + seed + ": " + f);
        }
      }
    }
    assertEquals(0x7c00, Half.fromFloat(65520f));
    assertEquals(0x7bff, Half.fromFloat(65519f));
    assertEquals(0x3c00, Half.fromFloat(1 + 0x1p-11f), "a tie goes to even");
    assertEquals(0x7e00, Half.fromFloat(Float.NaN));
  }
}
