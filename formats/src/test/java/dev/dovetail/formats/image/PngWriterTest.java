package dev.dovetail.formats.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.image.PngFile.Colour;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares the PNG writer with the readers of the project and the JDK. */
class PngWriterTest {

  private static final List<Colour> COLOURS =
      List.of(Colour.GREY, Colour.GREY_ALPHA, Colour.RGB, Colour.RGBA);

  @TempDir Path folder;

  @Test
  void whatIsWrittenIsReadBackByDovetailAndByTheJdk() throws IOException {
    for (long seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      Size size = new Size(1 + random.nextInt(40), 1 + random.nextInt(40));
      Colour colour = COLOURS.get(random.nextInt(COLOURS.size()));
      int depth = random.nextBoolean() ? 8 : 16;
      byte[] samples = new byte[(int) size.pixels() * colour.channels() * depth / 8];
      if (random.nextBoolean()) {
        random.nextBytes(samples);
      }
      byte[] file = PngWriter.encode(size, colour, depth, samples);
      String message = "seed " + seed + ", " + size + " " + colour + " of " + depth + " bits";
      PngFile png = PngFile.of(new ImageBytes("written.png", file));
      assertEquals(size, png.size(), message);
      assertEquals(colour, png.colour(), message);
      assertEquals(depth, png.bitDepth(), message);
      assertArrayEquals(samples, png.samples(), message);
      assertArrayEquals(samples, samples(file, depth), message);
    }
  }

  @Test
  void anExistingFileIsReplaced() throws IOException {
    Path file = Files.writeString(folder.resolve("ü 1.png"), "old");
    PngWriter.write(file, new Size(1, 2), Colour.GREY, 8, new byte[] {1, 2});
    assertArrayEquals(new byte[] {1, 2}, PngFile.read(file).samples());
  }

  @Test
  void samplesThatDoNotMatchTheSizeAreRejected() {
    Size size = new Size(2, 3);
    byte[] six = new byte[6];
    assertThrows(IllegalArgumentException.class, () -> PngWriter.encode(size, Colour.RGB, 8, six));
    assertThrows(
        IllegalArgumentException.class, () -> PngWriter.encode(size, Colour.GREY, 16, six));
    assertThrows(IllegalArgumentException.class, () -> PngWriter.encode(size, Colour.GREY, 4, six));
    assertThrows(
        IllegalArgumentException.class, () -> PngWriter.encode(size, Colour.PALETTE, 8, six));
  }

  private static byte[] samples(byte[] file, int depth) throws IOException {
    BufferedImage picture = ImageIO.read(new ByteArrayInputStream(file));
    Raster raster = picture.getRaster();
    int bands = raster.getNumBands();
    int[] values = raster.getPixels(0, 0, raster.getWidth(), raster.getHeight(), (int[]) null);
    assertEquals(raster.getWidth() * raster.getHeight() * bands, values.length);
    byte[] samples = new byte[values.length * depth / 8];
    for (int i = 0; i < values.length; i++) {
      if (depth == 16) {
        samples[2 * i] = (byte) (values[i] >> 8);
        samples[2 * i + 1] = (byte) values[i];
      } else {
        samples[i] = (byte) values[i];
      }
    }
    return samples;
  }
}
