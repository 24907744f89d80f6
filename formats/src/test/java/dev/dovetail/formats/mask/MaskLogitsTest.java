package dev.dovetail.formats.mask;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Size;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Compares masks of coarse logits with a resize of every pixel. */
class MaskLogitsTest {

  private static float[] random(Random random, int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = random.nextInt(4) == 0 ? 0 : (float) random.nextGaussian();
    }
    return values;
  }

  /** Interpolates one pixel like PyTorch: first along the row, then along the column. */
  private static float pixel(float[] v, int at, int h, int w, float y, float x) {
    int north = Math.min((int) y, h - 1);
    int west = Math.min((int) x, w - 1);
    int south = Math.min(north + 1, h - 1);
    int east = Math.min(west + 1, w - 1);
    float toSouth = Math.min(y - north, 1);
    float toEast = Math.min(x - west, 1);
    float above = (1 - toEast) * v[at + north * w + west] + toEast * v[at + north * w + east];
    float below = (1 - toEast) * v[at + south * w + west] + toEast * v[at + south * w + east];
    return (1 - toSouth) * above + toSouth * below;
  }

  private static byte[] slow(MaskLogits m, Size picture) {
    byte[] set = new byte[(int) picture.pixels()];
    float tall = m.filledRows() / picture.height();
    float wide = m.filledColumns() / picture.width();
    for (int y = 0; y < picture.height(); y++) {
      for (int x = 0; x < picture.width(); x++) {
        float row = Math.max(tall * (y + 0.5f) - 0.5f, 0);
        float column = Math.max(wide * (x + 0.5f) - 0.5f, 0);
        float value = pixel(m.values(), m.offset(), m.height(), m.width(), row, column);
        set[y * picture.width() + x] = (byte) (value > 0 ? 1 : 0);
      }
    }
    return set;
  }

  @Test
  void everyPixelIsSetWhereTheResizedLogitsAreAboveZero() {
    Random random = new Random(5);
    List<Size> pictures = List.of(new Size(1, 1), new Size(97, 141), new Size(7, 300));
    for (Size picture : pictures) {
      for (int[] map : new int[][] {{1, 1}, {1, 9}, {28, 28}, {5, 3}, {97, 141}, {200, 150}}) {
        int offset = random.nextInt(3);
        float[] values = random(random, offset + map[0] * map[1]);
        MaskLogits whole = new MaskLogits(values, offset, map[0], map[1]);
        assertArrayEquals(
            slow(whole, picture),
            whole.in(picture.height(), picture.width()).toRowMajor(),
            picture + " of " + whole);
        MaskLogits part =
            new MaskLogits(values, offset, map[0], map[1], map[0] * 0.7f, map[1] * 0.45f);
        assertArrayEquals(
            slow(part, picture),
            part.in(picture.height(), picture.width()).toRowMajor(),
            picture + " of " + part);
      }
    }
  }

  @Test
  void anEmptyAndAFullMaskAreOneRunEach() {
    Size picture = new Size(30, 20);
    float[] values = new float[12];
    assertEquals(
        Rle.empty(30, 20), new MaskLogits(values, 0, 3, 4).in(picture.height(), picture.width()));
    Arrays.fill(values, 0.5f);
    assertArrayEquals(
        new int[] {0, 600},
        new MaskLogits(values, 0, 3, 4).in(picture.height(), picture.width()).runs());
  }

  @Test
  void hundredsOfObjectsInALargeImageTakeLittleTime() {
    int side = 126;
    float[] disc = new float[side * side];
    for (int i = 0; i < disc.length; i++) {
      disc[i] = (float) (30 - Math.hypot(i / side - 60.3, i % side - 70.1));
    }
    long start = System.nanoTime();
    for (int i = 0; i < 300; i++) {
      Rle mask = new MaskLogits(disc, 0, side, side).in(2160, 3840);
      assertEquals(Math.PI * 900 * 2160 * 3840 / disc.length, mask.area(), 0.01 * mask.area());
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    assertTrue(seconds < 30, seconds + " s for 300 objects");
  }

  @Test
  void aMapThatExceedsItsArrayIsRejected() {
    float[] values = new float[11];
    assertThrows(IllegalArgumentException.class, () -> new MaskLogits(values, 0, 3, 4));
    assertThrows(IllegalArgumentException.class, () -> new MaskLogits(values, 0, 0, 4));
  }
}
