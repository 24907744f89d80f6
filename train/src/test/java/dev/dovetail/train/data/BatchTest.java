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
import java.util.Random;
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
  void joinedBatchesContainAllImagesInOrder() {
    Batch first = new Batch(4, List.of("a"), List.of(labelled(new Size(1, 2), 3)));
    Batch second = new Batch(5, List.of("b"), List.of(labelled(new Size(2, 1), 5)));
    Batch joined = Batch.joined(List.of(first, second));
    assertEquals(4, joined.step());
    assertEquals(List.of("a", "b"), joined.names());
    assertEquals(new Size(2, 2), joined.padded(1));
  }

  @Test
  void imagesAreAlignedTopLeftAndPaddingIsZeroOrIgnored() {
    Batch batch =
        new Batch(
            4,
            List.of("a", "b"),
            List.of(labelled(new Size(1, 2), 3), labelled(new Size(2, 1), 5)));
    Size padded = batch.padded(1);
    assertEquals(new Size(2, 2), padded);
    assertEquals(new Size(32, 32), batch.padded(32));
    byte[] expected = {
      3, 3, 3, 3, 3, 3, 0, 0, 0, 0, 0, 0, 5, 5, 5, 0, 0, 0, 5, 5, 5, 0, 0, 0,
    };
    assertArrayEquals(expected, bytes(batch.pixels(padded)));
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
  void missingAnnotationsAreRejected() {
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
  void classesOfImagesAreInOrder() {
    Image image = Image.of(new Size(2, 2), new byte[12]);
    AnnotatedImage third = AnnotatedImage.ofClass(image, 2);
    AnnotatedImage first = AnnotatedImage.ofClass(image, 0);
    Batch batch = new Batch(0, List.of("a", "b"), List.of(third, first));
    assertArrayEquals(new long[] {2, 0}, batch.imageClasses().longs());
    assertEquals(List.of(2), dims(batch.imageClasses()));
    Batch other = new Batch(0, List.of("a", "b.png"), List.of(third, labelled(new Size(2, 2), 0)));
    assertEquals(
        "b.png has no class",
        assertThrows(IllegalStateException.class, other::imageClasses).getMessage());
  }

  @Test
  void aPictureShowsEveryImageWithItsObjects() {
    Size size = new Size(140, 150);
    AnnotatedImage object = withObject(size);
    Batch batch = new Batch(0, List.of("a", "b", "c"), List.of(object, object, object));
    BatchPicture drawing = new BatchPicture(List.of("cat", "dog"), Palette.distinct());
    Image picture = drawing.draw(batch, batch.padded(32));
    assertEquals(new Size(2 * 160 + 6, 2 * 160 + 6), picture.size());
    assertNotEquals(object.image(), picture.cropped(0, 0, size));
    for (int[] corner : new int[][] {{0, 0}, {0, 166}, {166, 0}}) {
      assertEquals(drawing.draw(object), picture.cropped(corner[0], corner[1], size));
      Size below = new Size(20, 160);
      Image black = Image.of(below, new byte[20 * 160 * Image.CHANNELS]);
      assertEquals(black, picture.cropped(corner[0] + 140, corner[1], below));
    }
    byte[] paper = picture.cropped(166, 166, new Size(160, 160)).toBytes();
    for (byte value : paper) {
      assertEquals(250, value & 0xff);
    }
  }

  @Test
  void aPictureOfLabelMapsListsTheirClasses() {
    Size size = new Size(160, 160);
    Batch batch = new Batch(0, List.of("a", "b"), List.of(labelled(size, 1), labelled(size, 255)));
    BatchPicture drawing = new BatchPicture(List.of("cat", "dog"), Palette.distinct());
    Image picture = drawing.draw(batch, size);
    assertEquals(160, picture.size().height());
    assertTrue(picture.size().width() > 326 + 50, picture::toString);
    assertEquals(drawing.draw(batch.samples().get(0)), picture.cropped(0, 0, size));
    // Ignored pixels keep their color.
    assertEquals(batch.samples().get(1).image(), picture.cropped(0, 166, size));
  }

  @Test
  void smallImagesAreEnlargedAndCaptioned() {
    Size size = new Size(32, 30);
    byte[] pixels = new byte[(int) size.pixels() * Image.CHANNELS];
    new Random(3).nextBytes(pixels);
    AnnotatedImage sample = AnnotatedImage.ofClass(Image.of(size, pixels), 1);
    Batch batch = new Batch(0, List.of("a"), List.of(sample));
    BatchPicture drawing = new BatchPicture(List.of("cat", "dog"), Palette.distinct());
    Image picture = drawing.draw(batch, batch.padded(1));
    assertEquals(new Size(192, 180), picture.size());
    assertEquals(sample.image().at(31, 29, 0), picture.at(191, 179, 0));
    assertEquals(sample.image().at(31, 29, 0), picture.at(186, 174, 0));
    assertNotEquals(
        drawing.draw(
            new Batch(0, List.of("a"), List.of(AnnotatedImage.ofClass(sample.image(), 0))), size),
        picture);
    // A class without a name is shown as a number.
    assertEquals(size, drawing.draw(AnnotatedImage.ofClass(sample.image(), 7)).size());
  }
}
