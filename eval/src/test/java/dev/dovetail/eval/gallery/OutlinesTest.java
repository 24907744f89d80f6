package dev.dovetail.eval.gallery;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.mask.Rle;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutlinesTest {

  private static double area(double... ring) {
    double twice = 0;
    for (int i = 0; i < ring.length; i += 2) {
      int j = (i + 2) % ring.length;
      twice += ring[i] * ring[j + 1] - ring[j] * ring[i + 1];
    }
    return twice / 2;
  }

  @Test
  void aDiskKeepsItsAreaWithFewCorners() {
    byte[] disc = new byte[200 * 200];
    for (int i = 0; i < disc.length; i++) {
      disc[i] = (byte) (Math.hypot(i / 200 - 100, i % 200 - 100) < 80 ? 1 : 0);
    }
    List<double[]> outline = Outlines.of(Rle.ofColumnMajor(200, 200, disc));
    assertEquals(1, outline.size());
    assertTrue(outline.get(0).length / 2 < 80, "corners: " + outline.get(0).length / 2);
    assertEquals(Math.PI * 80 * 80, Math.abs(area(outline.get(0))), 400);
  }

  @Test
  void aBoxKeepsItsCorners() {
    double[] ring = {2, 3, 12, 3, 12, 9, 2, 9};
    assertArrayEquals(ring, Outlines.simplified(ring, 0.75));
  }

  @Test
  void aStairBecomesASlope() {
    double[] stair = new double[404];
    for (int i = 0; i < 100; i++) {
      stair[4 * i] = i;
      stair[4 * i + 1] = i;
      stair[4 * i + 2] = i + 1;
      stair[4 * i + 3] = i;
    }
    stair[400] = 100;
    stair[401] = 100;
    stair[402] = 0;
    stair[403] = 100;
    assertTrue(Outlines.simplified(stair, 0.75).length <= 10);
  }
}
