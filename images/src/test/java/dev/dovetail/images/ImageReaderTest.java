package dev.dovetail.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.image.BadImageException;
import dev.dovetail.testing.SharedFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.core.MatOfInt;
import org.opencv.imgcodecs.Imgcodecs;

class ImageReaderTest {

  @TempDir Path folder;

  @Test
  void aPngIsReadBackExactly() throws IOException {
    Image image = noise(new Random(1), new Size(31, 17));
    Path file = folder.resolve("spa ce ü.png");
    ImageWriter.write(file, image);
    assertEquals(image, ImageReader.read(file));
  }

  @ParameterizedTest
  @ValueSource(strings = {".jpg", ".png", ".webp", ".bmp"})
  void aFileTruncatedAnywhereIsRejectedByName(String extension) {
    byte[] whole = encode(extension, noise(new Random(2), new Size(24, 40)));
    assertEquals(new Size(24, 40), decode(whole).size());
    // A WebP's size is rounded up to an even number of bytes, so its last byte may be padding.
    int last = extension.equals(".webp") ? whole.length - 2 : whole.length - 1;
    for (int length = 0; length <= last; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      BadImageException error =
          assertThrows(
              BadImageException.class,
              () -> ImageReader.decode(cut, "photo"),
              extension + " cut at " + length + " of " + whole.length);
      assertTrue(error.getMessage().startsWith("photo "), error.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {".jpg", ".png", ".webp", ".bmp"})
  void damagedFilesResultInAnImageOrAnError(String extension) {
    for (long seed = 0; seed < 30; seed++) {
      Random random = new Random(seed);
      byte[] bytes = encode(extension, noise(random, new Size(24, 40)));
      for (int i = 0; i < 3; i++) {
        bytes[random.nextInt(Math.min(bytes.length, 700))] = (byte) random.nextInt();
      }
      try {
        ImageReader.decode(bytes, "photo");
      } catch (BadImageException e) {
        assertTrue(e.getMessage().startsWith("photo "), "seed " + seed + ": " + e.getMessage());
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  @Test
  void aJpegWithAnImplausibleSizeIsRejectedBeforeAllocation() {
    byte[] bytes = encode(".jpg", noise(new Random(3), new Size(16, 16)));
    for (int i = 0; i + 1 < bytes.length; i++) {
      if (bytes[i] == (byte) 0xff && bytes[i + 1] == (byte) 0xc0) {
        bytes[i + 5] = 0x3f;
        bytes[i + 7] = 0x3f;
      }
    }
    BadImageException error =
        assertThrows(BadImageException.class, () -> ImageReader.decode(bytes, "photo.jpg"));
    assertTrue(error.getMessage().contains("cannot encode that many"), error.getMessage());
  }

  @Test
  void sixteenBitsAreScaledAndRoundedNotTruncated() throws IOException {
    OpenCv.load();
    Mat mat = new Mat(1, 3, CvType.CV_16UC3);
    mat.put(0, 0, new short[] {0, 128, 129, 255, 256, 257, (short) 65535, (short) 65406, 300});
    MatOfByte png = new MatOfByte();
    Imgcodecs.imencode(".png", mat, png);
    Image image = ImageReader.decode(png.toArray(), "deep.png");
    assertEquals(Image.of(new Size(1, 3), new byte[] {0, 0, 1, 1, 1, 1, -1, -2, 1}), image);
    mat.release();
    png.release();
  }

  @Test
  void missingFilesAndDirectoriesAreReported() {
    Path missing = folder.resolve("missing.jpg");
    for (Path path : List.of(missing, folder)) {
      BadImageException error = assertThrows(BadImageException.class, () -> ImageReader.read(path));
      assertTrue(error.getMessage().startsWith(path.toString()), error.getMessage());
    }
  }

  @Test
  void manyThreadsReadTheSamePixels() {
    byte[] bytes = encode(".jpg", noise(new Random(4), new Size(200, 300)));
    Image alone = decode(bytes);
    assertTrue(
        IntStream.range(0, 400).parallel().mapToObj(i -> decode(bytes)).allMatch(alone::equals));
  }

  /** Reads a thousand photos after a warm-up. A leak of each decoded photo would take 0.9 GB. */
  @Test
  void readingAndResizingManyPhotosTakesNoMoreMemory() throws IOException {
    Path folder = SharedFolder.require("data/coco_mini/images");
    Path status = Path.of("/proc/self/status");
    assumeTrue(Files.exists(status), "needs Linux");
    List<Path> files;
    try (Stream<Path> list = Files.list(folder)) {
      files = list.sorted().limit(100).toList();
    }
    Preparation preparation = new Preparation(List.of(new Resize.KeepRatio(1333, 800)), 32);
    long before = 0;
    for (int i = 0; i < 1200; i++) {
      if (i == 200) {
        before = residentKilobytes(status);
      }
      preparation.apply(ImageReader.read(files.get(i % files.size())));
    }
    long grown = residentKilobytes(status) - before;
    System.out.println("1000 photos read and resized: resident memory grew by " + grown + " kB");
    assertTrue(grown < 150_000, grown + " kB more");
  }

  private static long residentKilobytes(Path status) throws IOException {
    String line =
        Files.readAllLines(status).stream().filter(l -> l.startsWith("VmRSS")).findFirst().get();
    return Long.parseLong(line.replaceAll("\\D", ""));
  }

  private static Image decode(byte[] bytes) {
    try {
      return ImageReader.decode(bytes, "photo");
    } catch (BadImageException e) {
      throw new AssertionError(e);
    }
  }

  private static Image noise(Random random, Size size) {
    byte[] bgr = new byte[(int) size.pixels() * Image.CHANNELS];
    random.nextBytes(bgr);
    return Image.of(size, bgr);
  }

  private static byte[] encode(String extension, Image image) {
    Mat mat = image.toMat();
    MatOfByte encoded = new MatOfByte();
    MatOfInt parameters = new MatOfInt();
    Imgcodecs.imencode(extension, mat, encoded, parameters);
    byte[] bytes = encoded.toArray();
    mat.release();
    encoded.release();
    parameters.release();
    return bytes;
  }
}
