package dev.dovetail.images;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.formats.Size;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PillowFilterTest {

  /**
   * Returns pixels of a linear congruential generator, the same as in the script that ran Pillow.
   */
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
   * Source width and height; target width and height; the first 8 bytes of the SHA-256 of the
   * result of Pillow 9.4.0.
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
    "LANCZOS, 10, 300, 3, 7, 5bf6d62448e77b95",
    "NEAREST, 61, 43, 24, 24, e8de5b1c0a833687",
    "BOX, 61, 43, 24, 24, be24d6b6b9f9f1b9",
    "HAMMING, 61, 43, 24, 24, 463c384cfeaae5af",
    "NEAREST, 20, 31, 47, 64, ea1e623652b4c662",
    "BOX, 20, 31, 47, 64, e1c93d53287e4140",
    "HAMMING, 20, 31, 47, 64, f7f9e90824258665",
    "NEAREST, 33, 17, 33, 9, 97016b25aee5dea2",
    "BOX, 33, 17, 33, 9, 81673505d8e26d3d",
    "HAMMING, 33, 17, 33, 9, 21c0239e2e02ea9e",
    "NEAREST, 10, 300, 3, 7, 6d966971a537500b",
    "BOX, 10, 300, 3, 7, 0cb07dcd16366370",
    "HAMMING, 10, 300, 3, 7, d756cae8c77069c0",
    "NEAREST, 97, 141, 224, 224, c7c7cea70df4292f",
    "BOX, 97, 141, 224, 224, c7c7cea70df4292f",
    "HAMMING, 97, 141, 224, 224, 278c3c003679f0c5"
  })
  void matchesThePixelsOfPillow(
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

  /** Compares with a straightforward computation in double. */
  @ParameterizedTest
  @CsvSource({"61, 43, 24, 24", "20, 31, 47, 64", "33, 17, 33, 9", "97, 141, 112, 112"})
  void inFloatOnlyTheResultIsRounded(int width, int height, int newWidth, int newHeight) {
    byte[] pixels = noise(width * height * Image.CHANNELS);
    byte[] resized =
        PillowFilter.BILINEAR.resizeInFloat(
            pixels, new Size(height, width), new Size(newHeight, newWidth));
    double[][] rows = triangles(height, newHeight);
    double[][] columns = triangles(width, newWidth);
    for (int i = 0; i < resized.length; i++) {
      int c = i % Image.CHANNELS;
      double[] across = columns[i / Image.CHANNELS % newWidth];
      double[] down = rows[i / Image.CHANNELS / newWidth];
      double exact = 0;
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width && down[y] > 0; x++) {
          exact += (pixels[(y * width + x) * Image.CHANNELS + c] & 0xff) * down[y] * across[x];
        }
      }
      assertEquals(exact, resized[i] & 0xff, 0.5 + 1e-4, "at " + i);
    }
  }

  /**
   * Returns the weights of all inputs for each output, with a larger support if the axis is
   * reduced.
   */
  private static double[][] triangles(int length, int newLength) {
    double[][] weights = new double[newLength][length];
    double scale = (double) length / newLength;
    for (int to = 0; to < newLength; to++) {
      double sum = 0;
      for (int from = 0; from < length; from++) {
        double away = Math.abs(from + 0.5 - (to + 0.5) * scale) / Math.max(1, scale);
        weights[to][from] = Math.max(0, 1 - away);
        sum += weights[to][from];
      }
      for (int from = 0; from < length; from++) {
        weights[to][from] /= sum;
      }
    }
    return weights;
  }
}
