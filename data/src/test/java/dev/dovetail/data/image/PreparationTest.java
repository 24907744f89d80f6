package dev.dovetail.data.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PreparationTest {

  private static final Preparation DOUBLED =
      new Preparation(List.of(new Resize.KeepRatio(8, 4)), 4);

  @Test
  void resizingIsTheIntegerArithmeticOfTheSpecificationOnThisMachineToo() {
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
  void theImageIsWrittenIntoItsSlotAndNothingElseChanges() {
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
  void aSlotThatCannotHoldTheImageIsRefused() {
    Image image = noise(new Random(1), 5, 5);
    Size padded = new Size(4, 4);
    assertThrows(
        IllegalArgumentException.class,
        () -> DOUBLED.write(image, ByteBuffer.allocate(48), padded),
        "on the heap");
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
  void anImageSoElongatedThatASideWouldVanishIsRefusedWithItsSize() {
    IllegalArgumentException error =
        assertThrows(IllegalArgumentException.class, () -> DOUBLED.geometry(new Size(2, 3000)));
    assertTrue(error.getMessage().contains("3000x2"), error.getMessage());
  }

  @Test
  void theTableIsInTheOrderOfTheOutputsChannels() {
    Normalization bgr = new Normalization(List.of(1f, 2f, 3f), List.of(1f, 2f, 4f), false);
    assertArrayEquals(
        new float[] {9, 4, 1.75f},
        new float[] {bgr.table()[0][10], bgr.table()[1][10], bgr.table()[2][10]});
    assertEquals(0, bgr.sourceChannel(0));
    assertEquals(2, Normalization.IMAGENET.sourceChannel(0));
  }

  private static Image noise(Random random, int height, int width) {
    byte[] bgr = new byte[height * width * Image.CHANNELS];
    random.nextBytes(bgr);
    return Image.of(new Size(height, width), bgr);
  }
}
