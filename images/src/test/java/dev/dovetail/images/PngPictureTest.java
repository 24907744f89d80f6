package dev.dovetail.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.image.BadImageException;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.imgcodecs.Imgcodecs;

/** Compares decoded PNG files with those of OpenCV. */
class PngPictureTest {

  private static final int GREY = 0;
  private static final int RGB = 2;
  private static final int PALETTE = 3;
  private static final int GREY_ALPHA = 4;
  private static final int[][] KINDS = {
    {GREY, 1},
    {GREY, 2},
    {GREY, 4},
    {GREY, 8},
    {GREY, 16},
    {RGB, 8},
    {RGB, 16},
    {PALETTE, 1},
    {PALETTE, 2},
    {PALETTE, 4},
    {PALETTE, 8},
    {GREY_ALPHA, 8},
    {GREY_ALPHA, 16},
    {6, 8},
    {6, 16}
  };

  @Test
  void everyKindOfPngHasThePixelsOfOpenCv() throws IOException {
    OpenCv.load();
    for (int[] kind : KINDS) {
      for (long seed = 0; seed < 20; seed++) {
        Random random = new Random(seed);
        Size size = new Size(1 + random.nextInt(20), 1 + random.nextInt(20));
        byte[] file = png(size, kind[0], kind[1], random);
        assertEquals(
            withOpenCv(file, kind[1] == 16),
            ImageReader.decode(file, "picture"),
            "colour type " + kind[0] + ", " + kind[1] + " bits, seed " + seed);
      }
    }
  }

  @Test
  void aMissingOrShortPaletteIsReported() {
    Size size = new Size(1, 2);
    byte[] pixels = Containers.pngPixels(new byte[] {0, 0, 3});
    byte[] without = Containers.png(size, 8, PALETTE, pixels);
    byte[] two = Containers.pngChunk("PLTE", new byte[6]);
    byte[] tooShort = Containers.png(size, 8, PALETTE, two, pixels);
    assertTrue(refusal(without).contains("without a palette"), refusal(without));
    assertTrue(refusal(tooShort).contains("entry 3 of a palette of 2"), refusal(tooShort));
  }

  private static String refusal(byte[] file) {
    return assertThrows(BadImageException.class, () -> ImageReader.decode(file, "picture"))
        .getMessage();
  }

  private static byte[] png(Size size, int colour, int depth, Random random) {
    int channels = colour == RGB ? 3 : colour == GREY_ALPHA ? 2 : colour == 6 ? 4 : 1;
    int rowBytes = (size.width() * channels * depth + 7) / 8;
    byte[] rows = new byte[size.height() * (1 + rowBytes)];
    random.nextBytes(rows);
    for (int y = 0; y < size.height(); y++) {
      rows[y * (1 + rowBytes)] = 0;
    }
    byte[] before = new byte[0];
    if (colour == PALETTE) {
      byte[] colours = new byte[3 << depth];
      random.nextBytes(colours);
      before = Containers.pngChunk("PLTE", colours);
    }
    if (colour == PALETTE && random.nextBoolean()) {
      before = Containers.joined(before, Containers.pngChunk("tRNS", new byte[] {0, 100}));
    } else if (colour == GREY && random.nextBoolean()) {
      before = Containers.pngChunk("tRNS", new byte[] {0, 1});
    }
    if (random.nextBoolean()) {
      byte[] gamma = Containers.pngChunk("gAMA", new byte[] {0, 0, 1, 2});
      before = Containers.joined(gamma, before);
    }
    return Containers.png(size, depth, colour, before, Containers.pngPixels(rows));
  }

  private static Image withOpenCv(byte[] file, boolean deep) {
    MatOfByte encoded = new MatOfByte(file);
    int flags = Imgcodecs.IMREAD_COLOR | (deep ? Imgcodecs.IMREAD_ANYDEPTH : 0);
    Mat decoded = Imgcodecs.imdecode(encoded, flags);
    if (deep) {
      decoded.convertTo(decoded, CvType.CV_8U, 1.0 / 257);
    }
    Image image = Image.of(decoded);
    encoded.release();
    decoded.release();
    return image;
  }
}
