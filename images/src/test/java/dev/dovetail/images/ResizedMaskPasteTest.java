package dev.dovetail.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Size;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ResizedMaskPasteTest {

  private static final MaskPaste PASTE = new ResizedMaskPaste(0.5f);

  /**
   * Two values for a box of four pixels. With the border of zeros, they are four values for nine
   * pixels, the columns 8 to 16.
   */
  @Test
  void valuesAreResizedWithTheirBorderToIntegerPixels() {
    float[] values = {1, 1, 1, 1};
    MaskRegion region = PASTE.paste(values, 0, 2, 10, 10, 14, 14, new Size(30, 30));
    assertEquals(8, region.x());
    assertEquals(9, region.width());
    // Pixel i of 9 is at (i + 0.5) * 4 / 9 - 0.5; half of the way into the values is 0.5.
    for (int x = 8; x < 17; x++) {
      double cell = (x - 8 + 0.5) * 4 / 9 - 0.5;
      double value = Math.min(1, Math.min(Math.max(cell, 0), 3 - cell));
      assertEquals(value >= 0.5, region.at(12, x), "column " + x);
    }
  }

  @Test
  void aMaskIsClippedToTheImage() {
    MaskRegion region = PASTE.paste(ones(), 0, 28, -5, 5, 8, 40, new Size(10, 20));
    assertTrue(region.at(9, 0) && region.at(6, 7));
    assertFalse(region.at(3, 3) || region.at(7, 12));
    assertEquals(10, region.y() + region.height());
  }

  @Test
  void aBoxOutsideTheImageHasAnEmptyMask() {
    assertEquals(0, PASTE.paste(ones(), 0, 28, 30, 5, 40, 8, new Size(10, 20)).area());
  }

  @Test
  void aBoxWithoutExtentHasOnePixel() {
    MaskRegion region = PASTE.paste(ones(), 0, 28, 5, 6, 5, 6, new Size(10, 20));
    assertEquals(1, region.width() * region.height());
    assertTrue(region.at(6, 5));
  }

  private static float[] ones() {
    float[] ones = new float[28 * 28];
    Arrays.fill(ones, 1);
    return ones;
  }
}
