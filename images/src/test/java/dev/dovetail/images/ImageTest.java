package dev.dovetail.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dovetail.formats.Size;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.opencv.core.Mat;

class ImageTest {

  private static final Size SIZE = new Size(5, 7);

  private static Image noise() {
    byte[] pixels = new byte[(int) SIZE.pixels() * Image.CHANNELS];
    new Random(3).nextBytes(pixels);
    return Image.of(SIZE, pixels);
  }

  @Test
  void aMirroredImageIsFlippedHorizontally() {
    Image image = noise();
    Image mirrored = image.mirrored();
    for (int y = 0; y < 5; y++) {
      for (int x = 0; x < 7; x++) {
        for (int c = 0; c < 3; c++) {
          assertEquals(image.at(y, x, c), mirrored.at(y, 6 - x, c));
        }
      }
    }
    assertEquals(image, mirrored.mirrored());
  }

  @Test
  void mirroringDoesNotReleaseTheImage() {
    Mat mat = noise().toMat();
    Image owning = Image.owning(mat.clone());
    assertEquals(owning.mirrored(), owning.mirrored());
    assertEquals(noise(), owning);
    mat.release();
    owning.release();
  }

  @Test
  void aPartHasThePixelsOfItsPosition() {
    Image image = noise();
    Image part = image.cropped(1, 2, new Size(3, 4));
    for (int y = 0; y < 3; y++) {
      for (int x = 0; x < 4; x++) {
        assertEquals(image.at(y + 1, x + 2, 1), part.at(y, x, 1));
      }
    }
    assertEquals(image, image.cropped(0, 0, SIZE));
  }

  @Test
  void aMarginIsBlackAroundTheImage() {
    Image image = noise();
    Image padded = image.padded(2);
    assertEquals(new Size(9, 11), padded.size());
    assertEquals(image, padded.cropped(2, 2, SIZE));
    Size rows = new Size(2, 11);
    Image black = Image.of(rows, new byte[2 * 11 * Image.CHANNELS]);
    assertEquals(black, padded.cropped(0, 0, rows));
    assertEquals(black, padded.cropped(7, 0, rows));
    Size columns = new Size(9, 2);
    black = Image.of(columns, new byte[2 * 9 * Image.CHANNELS]);
    assertEquals(black, padded.cropped(0, 0, columns));
    assertEquals(black, padded.cropped(0, 9, columns));
    assertEquals(image, image.padded(0));
    assertThrows(IllegalArgumentException.class, () -> image.padded(-1));
  }

  @Test
  void aPartOutsideOfTheImageIsRejected() {
    Image image = noise();
    Size part = new Size(3, 4);
    assertThrows(IllegalArgumentException.class, () -> image.cropped(-1, 0, part));
    assertThrows(IllegalArgumentException.class, () -> image.cropped(3, 0, part));
    assertThrows(IllegalArgumentException.class, () -> image.cropped(0, 4, part));
    assertThrows(
        IllegalArgumentException.class,
        () -> image.cropped(Integer.MAX_VALUE, Integer.MAX_VALUE, part));
  }

  @Test
  void hueSaturationAndValueMatchOpenCv() {
    Size size = new Size(1, 4);
    // Blue, green, red and grey.
    byte[] bgr = {(byte) 255, 0, 0, 0, (byte) 255, 0, 0, 0, (byte) 255, 100, 100, 100};
    Image image = Image.of(size, bgr);
    byte[] hsv = image.toHsv();
    byte[] wanted = {120, -1, -1, 60, -1, -1, 0, -1, -1, 0, 0, 100};
    assertArrayEquals(wanted, hsv);
    assertEquals(image, Image.ofHsv(size, hsv));
  }
}
