package dev.dovetail.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Size;
import dev.dovetail.images.CentreCrop.Rounding;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreparationTest {

  private static final Preparation DOUBLED =
      new Preparation(List.of(new Resize.KeepRatio(8, 4)), 4);

  @Test
  void resizingMatchesTheIntegerArithmeticOfTheSpecificationOnThisMachine() {
    for (long seed = 0; seed < 150; seed++) {
      Random random = new Random(seed);
      Image image = noise(random, 1 + random.nextInt(70), 1 + random.nextInt(70));
      Size size = new Size(1 + random.nextInt(90), 1 + random.nextInt(90));
      if (seed % 10 == 0) {
        image = noise(random, 2 * size.height(), 2 * size.width());
      }
      Image expected = BilinearReference.resize(image, size);
      assertEquals(
          expected,
          new Preparation(List.of(new Resize.Exact(size)), 1).apply(image),
          "seed " + seed + ": " + image.size() + " to " + size);
    }
  }

  @Test
  void onlyTheSlotOfTheImageIsWritten() {
    Image image = Image.of(new Size(1, 1), new byte[] {1, 2, 3});
    Size padded = new Size(6, 10);
    int slotBytes = (int) padded.pixels() * Image.CHANNELS;
    ByteBuffer batch = ByteBuffer.allocateDirect(3 * slotBytes);
    IntStream.range(0, batch.capacity()).forEach(i -> batch.put(i, (byte) 77));
    ByteBuffer slot = batch.slice(slotBytes, slotBytes);

    Geometry geometry = DOUBLED.write(image, slot, padded);

    assertEquals(new Geometry(new Size(1, 1), new Size(4, 4), padded), geometry);
    assertEquals(slotBytes, slot.remaining());
    for (int i = 0; i < batch.capacity(); i++) {
      int inSlot = i - slotBytes;
      int row = inSlot / (padded.width() * Image.CHANNELS);
      int column = inSlot / Image.CHANNELS % padded.width();
      boolean inside = inSlot >= 0 && row < 4 && column < 4;
      assertEquals(inside ? 1 + inSlot % Image.CHANNELS : 77, batch.get(i), "byte " + i);
    }
  }

  @Test
  void anImageThatReachesTheFixedSizeIsPreparedAsUsual() {
    for (Preprocess rules : List.of(Preprocess.detection(), Preprocess.segmentation())) {
      for (Size original : List.of(new Size(48, 64), new Size(64, 48), new Size(50, 83))) {
        Geometry usual = rules.preparation().geometry(original);
        Preparation prescribed = rules.preparation(usual.padded());
        assertEquals(usual, prescribed.geometry(original));
        Image image = noise(new Random(1), original.height(), original.width());
        assertEquals(rules.preparation().apply(image), prescribed.apply(image));
      }
    }
  }

  @Test
  void otherImagesAreFittedToTheFixedSize() {
    Size input = new Size(800, 1344);
    Preparation padding = Preprocess.detection().preparation(input);
    Size landscape = new Size(480, 640);
    assertEquals(new Geometry(landscape, new Size(800, 1067), input), padding.geometry(landscape));
    Size portrait = new Size(640, 480);
    assertEquals(new Geometry(portrait, new Size(800, 600), input), padding.geometry(portrait));
    Size line = new Size(5, 5000);
    assertEquals(new Geometry(line, new Size(1, 1333), input), padding.geometry(line));
    assertThrows(IllegalArgumentException.class, () -> padding.geometry(new Size(1, 5000)));
    Preparation stretching = Preprocess.segmentation().preparation(input);
    assertEquals(new Geometry(portrait, input, input), stretching.geometry(portrait));
  }

  @Test
  void aSlotThatIsTooSmallIsRejected() {
    Image image = noise(new Random(1), 5, 5);
    Size padded = new Size(4, 4);
    assertThrows(
        IllegalArgumentException.class,
        () -> DOUBLED.write(image, ByteBuffer.allocate(48), padded),
        "a heap buffer");
    assertThrows(
        IllegalArgumentException.class,
        () -> DOUBLED.write(image, ByteBuffer.allocateDirect(47), padded),
        "too short");
    assertThrows(
        IllegalArgumentException.class,
        () -> DOUBLED.write(image, ByteBuffer.allocateDirect(48), new Size(3, 8)),
        "too low");
  }

  @Test
  void anImageWhoseShortSideWouldBeZeroIsRejectedWithItsSize() {
    IllegalArgumentException error =
        assertThrows(IllegalArgumentException.class, () -> DOUBLED.geometry(new Size(2, 3000)));
    assertTrue(error.getMessage().contains("3000x2"), error.getMessage());
  }

  /** Original height and width; the size computed by the formulas of transformers 5 in Python. */
  @ParameterizedTest
  @CsvSource({
    "480, 640, 800x1066, 128x170, 96x128, 200x266",
    "427, 640, 800x1199, 128x191, 85x128, 200x299",
    "97, 141, 800x1162, 128x186, 88x128, 199x290",
    "120, 90, 1066x800, 170x128, 128x96, 200x150",
    "100, 1000, 133x1333, 19x192, 13x128, 50x500",
    "3, 7, 571x1333, 82x192, 55x128, 200x466",
    "800, 800, 800x800, 128x128, 128x128, 200x200",
    "1, 2, 666x1333, 96x192, 64x128, 200x400"
  })
  void boundedSizesMatchTransformers(
      int height, int width, String detr, String small, String square, String within) {
    Size original = new Size(height, width);
    assertEquals(detr, rows(new Resize.BoundedShortEdge(1333, 800).of(original)));
    assertEquals(small, rows(new Resize.BoundedShortEdge(192, 128).of(original)));
    assertEquals(square, rows(new Resize.BoundedShortEdge(128, 128).of(original)));
    assertEquals(within, rows(new Resize.Within(new Size(200, 500)).of(original)));
  }

  private static String rows(Size size) {
    return size.height() + "x" + size.width();
  }

  @Test
  void oddMarginsAreRoundedAsInTheLibraries() {
    Size middle = new Size(10, 10);
    for (int rest = 0; rest < 8; rest++) {
      Size original = new Size(10 + rest, 10);
      assertEquals(rest / 2, new CentreCrop(middle, Rounding.DOWN).top(original));
      int even = List.of(0, 0, 1, 2, 2, 2, 3, 4).get(rest);
      assertEquals(even, new CentreCrop(middle, Rounding.HALF_EVEN).top(original), "of " + rest);
    }
  }

  @Test
  void valuesAreInTheOrderOfTheOutputsChannels() {
    PixelNormalization bgr =
        new PixelNormalization(List.of(1f, 2f, 3f), List.of(1f, 2f, 4f), false);
    assertArrayEquals(
        new float[] {9, 4, 1.75f}, new float[] {bgr.of(0, 10), bgr.of(1, 10), bgr.of(2, 10)});
    assertEquals(0, bgr.sourceChannel(0));
    assertEquals(2, PixelNormalization.IMAGENET.sourceChannel(0));
  }

  private static Image noise(Random random, int height, int width) {
    byte[] bgr = new byte[height * width * Image.CHANNELS];
    random.nextBytes(bgr);
    return Image.of(new Size(height, width), bgr);
  }
}
