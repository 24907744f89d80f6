package dev.dovetail.train.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Size;
import dev.dovetail.images.Image;
import dev.dovetail.images.ImageReader;
import dev.dovetail.images.ImageWriter;
import dev.dovetail.images.draw.ClassPainter;
import dev.dovetail.images.draw.Colour;
import dev.dovetail.images.draw.DrawingStyle;
import dev.dovetail.images.draw.LabelPainter;
import dev.dovetail.images.draw.Palette;
import dev.dovetail.sample.scene.Category;
import dev.dovetail.testing.SharedFolder;
import dev.dovetail.train.data.augment.AnnotatedImage;
import dev.dovetail.train.data.augment.CategoryLimitedCrop;
import dev.dovetail.train.data.augment.Draws;
import dev.dovetail.train.data.augment.FixedResize;
import dev.dovetail.train.data.augment.FixedSizeCrop;
import dev.dovetail.train.data.augment.HorizontalFlip;
import dev.dovetail.train.data.augment.PadAndCrop;
import dev.dovetail.train.data.augment.PhotometricDistortion;
import dev.dovetail.train.data.augment.RandomCrop;
import dev.dovetail.train.data.augment.RandomResize;
import dev.dovetail.train.data.augment.RandomResizedCrop;
import dev.dovetail.train.data.augment.Transform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Draws the effect of transforms on scenes of the sample set. The system property {@code
 * dovetail.pictures.renew} regenerates the pictures of docs/training.md.
 */
class AugmentationPicturesTest {

  private static final Size FIELD = new Size(240, 320);

  @TempDir private Path folder;

  @Test
  void thePicturesOfTheDocumentationMatchTheTransforms() throws IOException {
    Path docs = SharedFolder.projectRoot().resolve("docs");
    Path drawn = System.getProperty("dovetail.pictures.renew") == null ? folder : docs;
    drawObjects(drawn.resolve("augmentations-objects.jpg"));
    drawLabels(drawn.resolve("augmentations-labels.jpg"));
    drawClasses(drawn.resolve("augmentations-classes.jpg"));
    long bytes = 0;
    for (String kind : List.of("objects", "labels", "classes")) {
      String name = "augmentations-" + kind + ".jpg";
      Path shown = docs.resolve(name);
      bytes += Files.size(shown);
      assertTrue(
          difference(ImageReader.read(drawn.resolve(name)), ImageReader.read(shown)) < 1, name);
    }
    assertTrue(bytes < 600_000, bytes + " bytes");
  }

  /** Compares the mean over all values; another version of the encoder may change single values. */
  private static double difference(Image one, Image other) {
    assertEquals(one.size(), other.size());
    byte[] a = one.toBytes();
    byte[] b = other.toBytes();
    long sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.abs((a[i] & 0xff) - (b[i] & 0xff));
    }
    return (double) sum / a.length;
  }

  private static void drawObjects(Path file) throws IOException {
    Sheet pictures = new Sheet();
    AnnotatedImage scene = SampleScenes.withObjects(SampleScenes.scene(8));
    pictures.add("a scene with boxes and masks", scene);
    pictures.add("HorizontalFlip", scene, new HorizontalFlip(1), 0);
    RandomResize shortEdge = RandomResize.shortEdge(320, List.of(120, 150, 180));
    pictures.add("RandomResize.shortEdge", scene, shortEdge, 0);
    pictures.add("RandomCrop", scene, new RandomCrop(110, 220), 13);
    pictures.add("RandomResize.jitter", scene, RandomResize.jitter(FIELD, 0.4, 0.8), 0);
    Transform larger =
        Transform.sequence(RandomResize.jitter(FIELD, 1.2, 2), new FixedSizeCrop(FIELD));
    pictures.add("RandomResize.jitter, FixedSizeCrop", scene, larger, 8);
    ImageWriter.write(file, pictures.sheet());
  }

  private static void drawLabels(Path file) throws IOException {
    Sheet pictures = new Sheet();
    AnnotatedImage scene = SampleScenes.withLabels(SampleScenes.scene(6));
    pictures.add("a scene with its label map", scene);
    pictures.add("RandomResize.ratio", scene, RandomResize.ratio(320, 240, 0.5, 0.9), 0);
    Size part = new Size(160, 200);
    pictures.add("CategoryLimitedCrop", scene, new CategoryLimitedCrop(part, 0.75), 1);
    pictures.add("the scene without its label map", scene.image());
    for (long seed : new long[] {5, 19}) {
      AnnotatedImage changed = PhotometricDistortion.defaults().apply(scene, Draws.of(seed));
      pictures.add("PhotometricDistortion", changed.image());
    }
    LabelPainter painter = new LabelPainter(SampleScenes.CLASSES, DrawingStyle.STANDARD);
    ImageWriter.write(file, painter.withLegend(pictures.sheet(), scene.labels().orElseThrow()));
  }

  private static void drawClasses(Path file) throws IOException {
    Sheet pictures = new Sheet();
    AnnotatedImage image = SampleScenes.withClass(SampleScenes.scene(22), Category.CRATE);
    Size square = new Size(224, 224);
    pictures.add("an image with its class", image);
    pictures.add("FixedResize", image, FixedResize.to(square), 0);
    pictures.add("RandomResizedCrop", image, RandomResizedCrop.of(square), 0);
    pictures.add("RandomResizedCrop", image, RandomResizedCrop.of(square), 1);
    Transform padded = Transform.sequence(FixedResize.to(square), new PadAndCrop(square, 28));
    pictures.add("FixedResize, PadAndCrop", image, padded, 0);
    pictures.add("the same transform with other random numbers", image, padded, 1);
    ImageWriter.write(file, pictures.sheet());
  }

  /** Draws pictures in three columns, each below its caption. */
  private static final class Sheet {

    private static final int CAPTION = 22;
    private static final int COLUMNS = 3;
    private static final int GAP = 8;
    private static final Colour PAPER = new Colour(250, 250, 250);

    private final List<Image> tiles = new ArrayList<>();
    private final BatchPicture drawing = new BatchPicture(SampleScenes.CLASSES, Palette.distinct());

    private void add(String caption, AnnotatedImage sample, Transform transform, long seed) {
      add(caption, transform.apply(sample, Draws.of(seed)));
    }

    private void add(String caption, AnnotatedImage sample) {
      add(caption, drawing.draw(sample));
    }

    /** Draws a caption and, below it, the picture at the top left of a cell. */
    private void add(String caption, Image picture) {
      byte[] field = paper(new Size(CAPTION + FIELD.height(), FIELD.width()));
      Size large = new Size(550, 550); // names are 14 pixels high there
      Image text =
          new ClassPainter(List.of(caption), new Palette(List.of(PAPER)))
              .draw(Image.of(large, paper(large)), 0);
      put(field, FIELD.width(), 0, 0, text.cropped(0, 0, new Size(CAPTION, FIELD.width())));
      put(field, FIELD.width(), CAPTION, 0, picture);
      tiles.add(Image.of(new Size(CAPTION + FIELD.height(), FIELD.width()), field));
    }

    private Image sheet() {
      int rows = (tiles.size() + COLUMNS - 1) / COLUMNS;
      Size tile = tiles.get(0).size();
      Size size =
          new Size(rows * (tile.height() + GAP) - GAP, COLUMNS * (tile.width() + GAP) - GAP);
      byte[] sheet = paper(size);
      for (int i = 0; i < tiles.size(); i++) {
        int top = i / COLUMNS * (tile.height() + GAP);
        put(sheet, size.width(), top, i % COLUMNS * (tile.width() + GAP), tiles.get(i));
      }
      return Image.of(size, sheet);
    }

    private static byte[] paper(Size size) {
      byte[] pixels = new byte[Math.toIntExact(size.pixels() * Image.CHANNELS)];
      Arrays.fill(pixels, (byte) PAPER.red());
      return pixels;
    }

    private static void put(byte[] canvas, int width, int top, int left, Image picture) {
      byte[] from = picture.toBytes();
      int length = picture.size().width() * Image.CHANNELS;
      for (int y = 0; y < picture.size().height(); y++) {
        int to = ((top + y) * width + left) * Image.CHANNELS;
        System.arraycopy(from, y * length, canvas, to, length);
      }
    }
  }
}
