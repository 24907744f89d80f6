package dev.dovetail.formats.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Size;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.Test;

/** Compares the PNG reader with images written by the JDK. */
class PngFileTest {

  private static final int[] TYPES = {
    BufferedImage.TYPE_BYTE_GRAY,
    BufferedImage.TYPE_USHORT_GRAY,
    BufferedImage.TYPE_3BYTE_BGR,
    BufferedImage.TYPE_4BYTE_ABGR,
    BufferedImage.TYPE_BYTE_BINARY,
    BufferedImage.TYPE_BYTE_INDEXED
  };

  @Test
  void samplesOfEveryKindOfPngAreReadBackExactly() throws IOException {
    for (long seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      BufferedImage picture = picture(random);
      byte[] file = encode(picture, random.nextBoolean());
      PngFile png = PngFile.of(new ImageBytes("picture.png", file));
      String message = "seed " + seed + ", " + png.colour() + " " + png.bitDepth() + " bits";
      assertEquals(new Size(picture.getHeight(), picture.getWidth()), png.size(), message);
      assertArrayEquals(samples(picture, png), png.samples(), message);
    }
  }

  @Test
  void aPngTruncatedAnywhereIsRejectedByName() throws IOException {
    byte[] file = encode(picture(new Random(7)), false);
    for (int length = 0; length < file.length; length++) {
      byte[] cut = Arrays.copyOf(file, length);
      BadImageException error = assertThrows(BadImageException.class, () -> read("cut.png", cut));
      assertTrue(error.getMessage().startsWith("cut.png "), error.getMessage());
    }
  }

  @Test
  void aPngWithOneWrongByteInItsImageIsRejected() throws IOException {
    byte[] file = encode(picture(new Random(8)), false);
    for (int at = 8; at < file.length; at++) {
      byte[] wrong = file.clone();
      wrong[at] ^= 0x10;
      assertThrows(BadImageException.class, () -> read("wrong.png", wrong), "byte " + at);
    }
  }

  private static byte[] read(String name, byte[] content) throws IOException {
    return PngFile.of(new ImageBytes(name, content)).samples();
  }

  private static BufferedImage picture(Random random) {
    int width = 1 + random.nextInt(40);
    int height = 1 + random.nextInt(40);
    int type = TYPES[random.nextInt(TYPES.length)];
    BufferedImage picture;
    if (type == BufferedImage.TYPE_BYTE_BINARY) {
      int bits = 1 << random.nextInt(3);
      byte[] colours = new byte[1 << bits];
      random.nextBytes(colours);
      picture =
          new BufferedImage(
              width,
              height,
              type,
              new IndexColorModel(bits, colours.length, colours, colours, colours));
    } else {
      picture = new BufferedImage(width, height, type);
    }
    fill(picture.getRaster(), picture.getColorModel(), random);
    return picture;
  }

  private static void fill(WritableRaster raster, ColorModel model, Random random) {
    boolean smooth = random.nextBoolean();
    for (int y = 0; y < raster.getHeight(); y++) {
      for (int x = 0; x < raster.getWidth(); x++) {
        for (int band = 0; band < raster.getNumBands(); band++) {
          int bits =
              model instanceof IndexColorModel i ? i.getPixelSize() : model.getComponentSize(band);
          int value = smooth ? (x + y) * 3 : random.nextInt();
          raster.setSample(x, y, band, value & ((1 << bits) - 1));
        }
      }
    }
  }

  private static byte[] encode(BufferedImage picture, boolean interlaced) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (var out = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam parameters = writer.getDefaultWriteParam();
      parameters.setProgressiveMode(
          interlaced ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
      writer.setOutput(out);
      writer.write(null, new IIOImage(picture, null, null), parameters);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private static byte[] samples(BufferedImage picture, PngFile png) {
    Raster raster = picture.getRaster();
    int bands = png.colour().channels();
    int bytes = png.bitDepth() == 16 ? 2 : 1;
    byte[] samples = new byte[raster.getWidth() * raster.getHeight() * bands * bytes];
    int at = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      for (int x = 0; x < raster.getWidth(); x++) {
        for (int band = 0; band < bands; band++) {
          int sample = raster.getSample(x, y, band);
          if (bytes == 2) {
            samples[at++] = (byte) (sample >> 8);
          }
          samples[at++] = (byte) sample;
        }
      }
    }
    return samples;
  }
}
