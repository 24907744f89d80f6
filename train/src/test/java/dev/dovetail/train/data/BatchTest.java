package dev.dovetail.train.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.graph.TensorData;
import dev.dovetail.images.Image;
import dev.dovetail.images.draw.Palette;
import dev.dovetail.train.data.augment.AnnotatedImage;
import dev.dovetail.train.data.augment.Instances;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BatchTest {

  private static AnnotatedImage labelled(Size size, int value) {
    byte[] pixels = new byte[(int) size.pixels() * Image.CHANNELS];
    Arrays.fill(pixels, (byte) value);
    byte[] labels = new byte[(int) size.pixels()];
    Arrays.fill(labels, (byte) value);
    return new AnnotatedImage(
        Image.of(size, pixels), Instances.NONE, Optional.of(new LabelMap.Bytes(size, labels)));
  }

  private static AnnotatedImage withObject(Size size) {
    byte[] pixels = new byte[(int) size.pixels() * Image.CHANNELS];
    Rle mask = Rle.ofBox(size.height(), size.width(), 10, 10, 30, 20);
    float[] box = {10, 10, 40, 30};
    return new AnnotatedImage(
        Image.of(size, pixels),
        new Instances(box, new int[] {0}, new Rle[] {mask}),
        Optional.empty());
  }

  private static byte[] bytes(TensorData data) {
    ByteBuffer all = data.bytes();
    byte[] copy = new byte[all.remaining()];
    all.get(copy);
    return copy;
  }

  @Test
  void imagesLieAtTheTopLeftAndTheRestIsZeroOrLeftOut() {
    Batch batch =
        new Batch(
            4,
            List.of("a", "b"),
            List.of(labelled(new Size(1, 2), 3), labelled(new Size(2, 1), 5)));
    Size padded = batch.padded(1);
    assertEquals(new Size(2, 2), padded);
    assertEquals(new Size(32, 32), batch.padded(32));
    byte[] wanted = {
      3, 3, 3, 3, 3, 3, 0, 0, 0, 0, 0, 0, 5, 5, 5, 0, 0, 0, 5, 5, 5, 0, 0, 0,
    };
    assertArrayEquals(wanted, bytes(batch.pixels(padded)));
    assertEquals(List.of(2, 2, 2, 3), dims(batch.pixels(padded)));
    assertArrayEquals(new long[] {3, 3, 255, 255, 5, 255, 5, 255}, batch.labels(padded).longs());
    assertEquals(List.of(2, 2, 2), dims(batch.labels(padded)));
    assertArrayEquals(new long[] {1, 2, 2, 1}, batch.imageShapes().longs());
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> batch.pixels(new Size(1, 2)));
    assertTrue(e.getMessage().startsWith("b of 1x2"), e.getMessage());
  }

  private static List<Integer> dims(TensorData data) {
    return Arrays.stream(data.type().shape().dims()).boxed().toList();
  }

  @Test
  void masksArePaddedWithBackground() {
    Batch batch = new Batch(0, List.of("a"), List.of(withObject(new Size(40, 50))));
    TensorData masks = batch.masks(0, batch.padded(32));
    assertEquals(List.of(1, 64, 64), dims(masks));
    int set = 0;
    for (byte value : bytes(masks)) {
      set += value;
    }
    assertEquals(600, set);
  }

  @Test
  void whatIsNotThereIsAskedForInVain() {
    Batch batch = new Batch(0, List.of("a.png"), List.of(withObject(new Size(40, 50))));
    IllegalStateException e =
        assertThrows(IllegalStateException.class, () -> batch.labels(new Size(64, 64)));
    assertEquals("a.png has no label map", e.getMessage());
    AnnotatedImage boxes =
        new AnnotatedImage(
            Image.of(new Size(2, 2), new byte[12]),
            new Instances(new float[] {0, 0, 1, 1}, new int[1], new Rle[0]),
            Optional.empty());
    Batch unmasked = new Batch(0, List.of("b.png"), List.of(boxes));
    assertThrows(IllegalStateException.class, () -> unmasked.masks(0, new Size(2, 2)));
    assertThrows(IllegalArgumentException.class, () -> new Batch(0, List.of(), List.of()));
    assertThrows(IllegalArgumentException.class, () -> new Batch(0, List.of(), List.of(boxes)));
  }

  @Test
  void aPictureShowsEveryImageWithItsAnnotations() {
    Size size = new Size(40, 50);
    AnnotatedImage object = withObject(size);
    Batch batch =
        new Batch(
            0, List.of("a", "b", "c"), List.of(object, labelled(size, 1), labelled(size, 255)));
    BatchPicture drawing = new BatchPicture(List.of("cat", "dog"), Palette.distinct());
    Image picture = drawing.draw(batch, batch.padded(32));
    assertEquals(new Size(128, 128), picture.size());
    assertNotEquals(object.image(), picture.cropped(0, 0, size));
    assertEquals(drawing.draw(object), picture.cropped(0, 0, size));
    assertEquals(drawing.draw(batch.samples().get(1)), picture.cropped(0, 64, size));
    // Pixels that are left out keep their colour.
    assertEquals(batch.samples().get(2).image(), picture.cropped(64, 0, size));
    Size corner = new Size(64, 64);
    assertEquals(Image.of(corner, new byte[12288]), picture.cropped(64, 64, corner));
  }
}
