package dev.dovetail.data.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PillowFilterTest {

  /** Pixels of a linear congruential generator, as the script that ran Pillow made them. */
  private static byte[] noise(int n) {
    byte[] pixels = new byte[n];
    long x = 12345;
    for (int i = 0; i < n; i++) {
      x = (x * 1103515245 + 12345) & 0x7fffffff;
      pixels[i] = (byte) (x >> 16);
    }
    return pixels;
  }

  /**
   * From width, height; to width, height; the first 8 bytes of the SHA-256 of what Pillow 9.4.0
   * gave.
   */
  @ParameterizedTest
  @CsvSource({
    "BILINEAR, 61, 43, 24, 24, da3ed3235b516907",
    "BICUBIC, 61, 43, 24, 24, c5d4dbf7e445fa46",
    "LANCZOS, 61, 43, 24, 24, 5475e9cf690976ff",
    "BILINEAR, 20, 31, 47, 64, c2cfebd25af690e4",
    "BICUBIC, 20, 31, 47, 64, 3969cfa846da817b",
    "LANCZOS, 20, 31, 47, 64, e90934c0ce662cfc",
    "BILINEAR, 33, 17, 33, 9, f1fab1ccb3f3dbfb",
    "BICUBIC, 33, 17, 33, 9, cb2bc17258558783",
    "LANCZOS, 33, 17, 33, 9, 0476b2e41cb38f57",
    "BILINEAR, 10, 300, 3, 7, d6ad503152b600dd",
    "BICUBIC, 10, 300, 3, 7, f889bbfd908565d3",
    "LANCZOS, 10, 300, 3, 7, 5bf6d62448e77b95"
  })
  void givesThePixelsOfPillow(
      PillowFilter filter, int width, int height, int newWidth, int newHeight, String sha256)
      throws Exception {
    byte[] resized =
        filter.resize(
            noise(width * height * Image.CHANNELS),
            new Size(height, width),
            new Size(newHeight, newWidth));
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(resized);
    assertEquals(sha256, HexFormat.of().formatHex(digest, 0, 8));
  }
}
