package dev.dovetail.images;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.image.ImageHeader;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.imgcodecs.Imgcodecs;

/** Tests that the EXIF orientation is applied to all formats. */
class OrientationTest {

  private static final int HAS_EXIF = 8;
  private static final int ANIMATED = 2;
  private static final ByteOrder[] ORDERS = {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN};

  @TempDir Path folder;

  private static Image noise(long seed, Size size) {
    byte[] bgr = new byte[(int) size.pixels() * Image.CHANNELS];
    new Random(seed).nextBytes(bgr);
    return Image.of(size, bgr);
  }

  private static Image withOpenCv(byte[] file) {
    MatOfByte encoded = new MatOfByte(file);
    Mat decoded = Imgcodecs.imdecode(encoded, Imgcodecs.IMREAD_COLOR);
    Image image = Image.of(decoded);
    encoded.release();
    decoded.release();
    return image;
  }

  private static Image decode(byte[] file) throws IOException {
    return ImageReader.decode(file, "photo");
  }

  @Test
  void pngAndWebpAreRotatedLikePngInOpenCvForAnyPositionOfTheExif() throws IOException {
    Image stored = noise(1, new Size(5, 7));
    byte[] png = Containers.encoded(".png", stored);
    byte[] webp = Containers.picture(Containers.webp(stored));
    assertEquals(stored, decode(png));
    for (ByteOrder order : ORDERS) {
      for (int value = 0; value <= 9; value++) {
        byte[] exif = Containers.exif(value, order);
        byte[] turned = Containers.pngWith(png, Containers.pngChunk("eXIf", exif));
        Image upright = withOpenCv(turned);
        String message = value + " " + order;
        assertEquals(upright, decode(turned), message);
        byte[] chunk = Containers.webpChunk("EXIF", exif);
        assertEquals(
            upright, decode(Containers.webp(HAS_EXIF, stored.size(), webp, chunk)), message);
        assertEquals(
            upright, decode(Containers.webp(HAS_EXIF, stored.size(), chunk, webp)), message);
        byte[] prefixed = Containers.joined("Exif\0\0".getBytes("US-ASCII"), exif);
        chunk = Containers.webpChunk("EXIF", prefixed);
        assertEquals(
            upright, decode(Containers.webp(HAS_EXIF, stored.size(), webp, chunk)), message);
      }
    }
  }

  @Test
  void jpegPngAndWebpWithTheSameOrientationHaveTheSameSize() throws IOException {
    Image stored = noise(2, new Size(24, 40));
    for (int value = 1; value <= 8; value++) {
      byte[] exif = Containers.exif(value, ByteOrder.BIG_ENDIAN);
      Size size = value < 5 ? new Size(24, 40) : new Size(40, 24);
      byte[] jpeg = Containers.jpegWith(Containers.encoded(".jpg", stored), exif);
      byte[] png =
          Containers.pngWith(Containers.encoded(".png", stored), Containers.pngChunk("eXIf", exif));
      byte[] webp =
          Containers.webp(
              HAS_EXIF,
              stored.size(),
              Containers.picture(Containers.encoded(".webp", stored)),
              Containers.webpChunk("EXIF", exif));
      for (byte[] file : new byte[][] {jpeg, png, webp}) {
        assertEquals(size, decode(file).size(), "orientation " + value);
        Path path = Files.write(folder.resolve("photo"), file);
        assertEquals(stored.size(), ImageHeader.storedSize(path));
      }
    }
  }

  @Test
  void anAnimationIsItsFirstFrameOnItsRotatedCanvas() throws IOException {
    Size canvas = new Size(20, 30);
    Image first = noise(3, new Size(8, 6));
    byte[] frames =
        Containers.joined(
            Containers.webpChunk("ANIM", new byte[6]),
            Containers.frame(4, 10, first.size(), Containers.picture(Containers.webp(first))),
            Containers.frame(0, 0, canvas, Containers.picture(Containers.webp(noise(4, canvas)))));
    Image image = decode(Containers.webp(ANIMATED, canvas, frames));
    assertEquals(canvas, image.size());
    for (int y = 0; y < canvas.height(); y++) {
      for (int x = 0; x < canvas.width(); x++) {
        boolean inside = y >= 10 && y < 18 && x >= 4 && x < 10;
        assertEquals(inside ? first.at(y - 10, x - 4, 1) : 0, image.at(y, x, 1));
      }
    }
    byte[] exif = Containers.webpChunk("EXIF", Containers.exif(6, ByteOrder.LITTLE_ENDIAN));
    Image turned = decode(Containers.webp(ANIMATED | HAS_EXIF, canvas, frames, exif));
    assertEquals(new Size(30, 20), turned.size());
    assertEquals(image.at(12, 5, 2), turned.at(5, 20 - 1 - 12, 2));
  }

  @Test
  void damagedOrUnannouncedExifIsIgnored() throws IOException {
    Image stored = noise(5, new Size(5, 7));
    byte[] webp = Containers.picture(Containers.webp(stored));
    byte[] exif = Containers.exif(6, ByteOrder.BIG_ENDIAN);
    byte[] chunk = Containers.webpChunk("EXIF", exif);
    assertEquals(stored, decode(Containers.webp(0, stored.size(), webp, chunk)));
    Random random = new Random(6);
    for (int i = 0; i < 500; i++) {
      byte[] damaged = java.util.Arrays.copyOf(exif, random.nextInt(exif.length + 1));
      for (int k = 0; k < 3 && damaged.length > 0; k++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      chunk = Containers.webpChunk("EXIF", damaged);
      Image image = decode(Containers.webp(HAS_EXIF, stored.size(), webp, chunk));
      assertEquals(stored.size().pixels(), image.size().pixels(), "case " + i);
    }
  }
}
