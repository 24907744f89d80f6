package dev.dovetail.train.data.augment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.images.Image;
import dev.dovetail.images.PillowFilter;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.ThrowingConsumer;

/** Properties of all augmentations, tested on random scenes whose seeds are printed. */
class TransformsTest {

  private static final Size CROP = new Size(48, 56);

  /**
   * By name: transforms that move pixels, transforms that resize, and the published sequences with
   * small sizes.
   */
  private static final Map<String, Transform> TRANSFORMS = new LinkedHashMap<>();

  static {
    TRANSFORMS.put("flip", new HorizontalFlip(0.5));
    TRANSFORMS.put("short edge", RandomResize.shortEdge(160, List.of(40, 64, 90)));
    TRANSFORMS.put("ratio", RandomResize.ratio(128, 48, 0.5, 2));
    TRANSFORMS.put("jitter", RandomResize.jitter(new Size(96, 96), 0.3, 2));
    TRANSFORMS.put("crop", new RandomCrop(20, 60));
    TRANSFORMS.put("category crop", new CategoryLimitedCrop(CROP, 0.75));
    TRANSFORMS.put("fixed crop", new FixedSizeCrop(CROP));
    TRANSFORMS.put("photometric distortion", PhotometricDistortion.defaults());
    TRANSFORMS.put("resized crop", RandomResizedCrop.of(CROP));
    TRANSFORMS.put("padded crop", new PadAndCrop(CROP, 6));
    TRANSFORMS.put("classification", Augmentations.classification(CROP));
    TRANSFORMS.put("small classification", Augmentations.smallClassification(CROP));
    TRANSFORMS.put("detection", Augmentations.detection());
    TRANSFORMS.put("segmentation", Augmentations.segmentation(CROP, 160));
    TRANSFORMS.put("large-scale jitter", Augmentations.largeScaleJitter(new Size(96, 96)));
  }

  private static void eachSeed(int count, ThrowingConsumer<Long> test) throws Throwable {
    AtomicLong seed = new AtomicLong(System.nanoTime());
    for (int i = 0; i < count; i++) {
      long current = seed.getAndIncrement();
      try {
        test.accept(current);
      } catch (Throwable e) {
        throw new AssertionError("with the seed " + current + ": " + e.getMessage(), e);
      }
    }
  }

  @Test
  void boxesMoveWithTheirMasks() throws Throwable {
    eachSeed(
        40,
        seed -> {
          AnnotatedImage scene = Scenes.random(new Random(seed));
          TRANSFORMS.forEach(
              (name, transform) -> {
                AnnotatedImage made = transform.apply(scene, Draws.of(seed));
                Instances objects = made.instances();
                for (int i = 0; i < objects.count(); i++) {
                  assertFollows(name, objects, i, rounding(name) + 1e-3, made.size());
                }
              });
        });
  }

  /**
   * The tolerance in pixels. Nearest neighbor rounds by less than a pixel. Two resizes round twice,
   * and the second one, from at least 355 to at most 800 rows, scales the error of the first.
   */
  private static double rounding(String name) {
    return name.equals("detection") ? 1 + 800.0 / 355 : 1;
  }

  private static void assertFollows(
      String name, Instances objects, int i, double allowed, Size image) {
    float[] b = Arrays.copyOfRange(objects.boxes(), 4 * i, 4 * i + 4);
    assertTrue(
        b[0] >= 0 && b[1] >= 0 && b[2] <= image.width() && b[3] <= image.height(),
        name + ": a box leaves its image: " + Arrays.toString(b));
    assertTrue(b[2] > b[0] && b[3] > b[1], name + ": a box has no area: " + Arrays.toString(b));
    Rle.Box mask = objects.masks()[i].box();
    if (objects.masks()[i].area() == 0) {
      return; // the corner of a box that its mask does not reach
    }
    String what = name + ": box " + Arrays.toString(b) + " and mask " + mask;
    assertTrue(mask.x() >= b[0] - allowed && mask.y() >= b[1] - allowed, what);
    assertTrue(mask.x() + mask.width() <= b[2] + allowed, what);
    assertTrue(mask.y() + mask.height() <= b[3] + allowed, what);
    if (name.equals("flip") || name.equals("large-scale jitter")) {
      float[] exact = {
        mask.x(), mask.y(), mask.x() + mask.width(), mask.y() + mask.height(),
      };
      assertArrayEquals(exact, b, what);
    }
  }

  @Test
  void resizedBoxesFitTheirMasks() throws Throwable {
    eachSeed(
        40,
        seed -> {
          AnnotatedImage scene = Scenes.random(new Random(seed));
          AnnotatedImage made =
              TRANSFORMS.get("short edge").apply(withRectangles(scene), Draws.of(seed));
          for (int i = 0; i < made.instances().count(); i++) {
            Rle.Box mask = made.instances().masks()[i].box();
            if (made.instances().masks()[i].area() == 0) {
              continue; // thinner than the step of a smaller image
            }
            float[] b = made.instances().boxes();
            float[] exact = {
              mask.x(), mask.y(), mask.x() + mask.width(), mask.y() + mask.height(),
            };
            assertArrayEquals(exact, Arrays.copyOfRange(b, 4 * i, 4 * i + 4), 1 + 1e-3f);
          }
        });
  }

  /**
   * Returns whether the tip of an ellipse may fall between the pixels that a smaller image keeps.
   */
  private static AnnotatedImage withRectangles(AnnotatedImage scene) {
    Instances all = scene.instances();
    Size size = scene.size();
    Rle[] masks = new Rle[all.count()];
    for (int i = 0; i < masks.length; i++) {
      Rle.Box b = all.masks()[i].box();
      byte[] full = new byte[b.width() * b.height()];
      Arrays.fill(full, (byte) 1);
      masks[i] =
          Rle.ofRegion(size.height(), size.width(), b.x(), b.y(), b.width(), b.height(), full);
    }
    Instances rectangles = new Instances(all.boxes(), all.labels(), masks);
    return new AnnotatedImage(scene.image(), rectangles, scene.labels());
  }

  @Test
  void labelMapsGetNoNewClasses() throws Throwable {
    eachSeed(
        40,
        seed -> {
          AnnotatedImage scene = Scenes.random(new Random(seed));
          TRANSFORMS.forEach(
              (name, transform) -> {
                AnnotatedImage made = transform.apply(scene, Draws.of(seed));
                BitSet added = made.labels().orElseThrow().values();
                added.andNot(scene.labels().orElseThrow().values());
                assertTrue(added.isEmpty(), name + " made the labels " + added);
              });
        });
  }

  @Test
  void imageMasksAndLabelMapMoveTogether() throws Throwable {
    eachSeed(
        40,
        seed -> {
          AnnotatedImage scene = marked(Scenes.random(new Random(seed)));
          for (String name : List.of("flip", "crop", "category crop", "fixed crop")) {
            AnnotatedImage made = TRANSFORMS.get(name).apply(scene, Draws.of(seed));
            LabelMap map = made.labels().orElseThrow();
            int width = made.size().width();
            byte[] mask =
                made.instances().count() == 1 ? made.instances().masks()[0].toRowMajor() : null;
            for (int i = 0; i < map.size().pixels(); i++) {
              assertEquals(map.at(i), made.image().at(i / width, i % width, 0), name);
              if (mask != null) {
                assertEquals(mask[i], made.image().at(i / width, i % width, 1), name);
              }
            }
          }
        });
  }

  /** One object; the blue channel is the label and the green channel the mask. */
  private static AnnotatedImage marked(AnnotatedImage scene) {
    Instances all = scene.instances();
    Instances first =
        new Instances(
            Arrays.copyOf(all.boxes(), 4),
            Arrays.copyOf(all.labels(), 1),
            Arrays.copyOf(all.masks(), 1));
    byte[] pixels = new byte[(int) scene.size().pixels() * Image.CHANNELS];
    byte[] mask = first.masks()[0].toRowMajor();
    for (int i = 0; i < mask.length; i++) {
      pixels[3 * i] = (byte) scene.labels().orElseThrow().at(i);
      pixels[3 * i + 1] = mask[i];
    }
    return new AnnotatedImage(Image.of(scene.size(), pixels), first, scene.labels());
  }

  @Test
  void theSameSeedProducesTheSameBytesAndAnotherSeedOthers() throws Throwable {
    eachSeed(
        5,
        seed -> {
          AnnotatedImage scene = Scenes.random(new Random(seed));
          byte[] before = scene.image().toBytes();
          TRANSFORMS.forEach(
              (name, transform) -> {
                AnnotatedImage once = transform.apply(scene, Draws.of(seed, 3, 7));
                AnnotatedImage again = transform.apply(scene, Draws.of(seed, 3, 7));
                assertEquals(once.image(), again.image(), name);
                assertArrayEquals(once.instances().boxes(), again.instances().boxes(), name);
                assertArrayEquals(before, scene.image().toBytes(), name + " changed its input");
                long others =
                    LongStream.range(0, 20)
                        .filter(
                            e ->
                                !transform
                                    .apply(scene, Draws.of(seed, 4 + e, 7))
                                    .image()
                                    .equals(once.image()))
                        .count();
                // A crop of the image's size is the image.
                boolean mayBeWhole = name.endsWith("crop");
                assertTrue(others > 0 || mayBeWhole, name + " never differs");
              });
        });
  }

  @Test
  void twoFlipsCancelOut() throws Throwable {
    eachSeed(
        10,
        seed -> {
          AnnotatedImage scene = Scenes.random(new Random(seed));
          AnnotatedImage twice = scene.mirrored().mirrored();
          assertEquals(scene.image(), twice.image());
          assertArrayEquals(scene.instances().boxes(), twice.instances().boxes());
          for (int i = 0; i < scene.instances().count(); i++) {
            assertArrayEquals(
                scene.instances().masks()[i].toRowMajor(),
                twice.instances().masks()[i].toRowMajor());
          }
          assertArrayEquals(labels(scene), labels(twice));
        });
  }

  private static byte[] labels(AnnotatedImage sample) {
    return ((LabelMap.Bytes) sample.labels().orElseThrow()).labels();
  }

  @Test
  void sixteenBitLabelsAreSupported() {
    Size size = new Size(1, 3);
    LabelMap map = new LabelMap.Shorts(size, new short[] {1, 300, (short) 60000});
    LabelMap flipped = SourceGrid.mirrored(size).apply(map);
    assertEquals(60000, flipped.at(0));
    assertEquals(300, flipped.at(1));
    assertEquals(1, flipped.at(2));
  }

  @Test
  void largeScaleJitterDrawsAScaleAPositionAndAFlip() {
    Size size = new Size(100, 100);
    AnnotatedImage scene = plain(new Size(50, 80));
    GivenDraws draws = new GivenDraws().uniform(0.1, 2, 1.6).uniform(0, 1, 0.5).chance(0.5, false);
    AnnotatedImage made = Augmentations.largeScaleJitter(size).apply(scene, draws);
    draws.assertAllDrawn();
    // Scaled by 160 / 80 = 2 to 100 rows and 160 columns, of which 100 from column 30 are kept.
    assertEquals(size, made.size());
    assertEquals(2 * 40 - 30, made.instances().masks()[0].box().x());
    AnnotatedImage small =
        Augmentations.largeScaleJitter(size)
            .apply(
                scene, new GivenDraws().uniform(0.1, 2, 0.5).uniform(0, 1, 0.5).chance(0.5, false));
    // 31.25 rows; the batch adds padding.
    assertEquals(new Size(31, 50), small.size());
  }

  private static AnnotatedImage plain(Size size) {
    Image grey = Image.of(size, new byte[(int) size.pixels() * Image.CHANNELS]);
    Rle mask = Rle.ofBox(size.height(), size.width(), 40, 10, 20, 20);
    float[] box = {40, 10, 60, 30};
    Instances one = new Instances(box, new int[] {0}, new Rle[] {mask});
    return new AnnotatedImage(grey, one, Optional.empty());
  }

  @Test
  void aResizedCropDrawsAreaRatioRowAndColumn() {
    Size size = new Size(30, 40);
    AnnotatedImage scene = plain(new Size(50, 80));
    double low = Math.log(3.0 / 4);
    double high = Math.log(4.0 / 3);
    GivenDraws draws = new GivenDraws().uniform(0.08, 1, 0.25).uniform(low, high, 0);
    // A quarter of 4000 pixels: 31.6 per side.
    draws.integer(0, 50 - 32 + 1, 3).integer(0, 80 - 32 + 1, 30);
    AnnotatedImage made = RandomResizedCrop.of(size).apply(scene, draws);
    draws.assertAllDrawn();
    assertEquals(size, made.size());
    float[] expected = {10 * 40 / 32f, 7 * 30 / 32f, 30 * 40 / 32f, 27 * 30 / 32f};
    assertArrayEquals(expected, made.instances().boxes(), 1e-4f);
    AnnotatedImage part = scene.cropped(new Window(3, 30, new Size(32, 32)));
    assertEquals(FixedResize.to(size).apply(part, new GivenDraws()).image(), made.image());
  }

  @Test
  void theCenterIsUsedIfTenCropsDoNotFit() {
    double low = Math.log(3.0 / 4);
    double high = Math.log(4.0 / 3);
    for (Size image : List.of(new Size(20, 100), new Size(100, 20), new Size(21, 22))) {
      GivenDraws draws = new GivenDraws();
      for (int i = 0; i < 10; i++) {
        draws.uniform(0.08, 1, 1).uniform(low, high, i % 2 == 0 ? low : high);
      }
      AnnotatedImage scene = Scenes.of(image);
      AnnotatedImage made = RandomResizedCrop.of(image).apply(scene, draws);
      draws.assertAllDrawn();
      // 20 x 4/3 = 26.7 columns from column 36; 20 / (3/4) rows accordingly; or the whole image.
      Window middle =
          image.width() == 100
              ? new Window(0, 36, new Size(20, 27))
              : image.height() == 100
                  ? new Window(36, 0, new Size(27, 20))
                  : new Window(0, 0, image);
      AnnotatedImage expected = FixedResize.to(image).apply(scene.cropped(middle), draws);
      assertEquals(expected.image(), made.image());
    }
  }

  @Test
  void aSmallImageIsPaddedByAnEighthAndCroppedToItsSize() {
    Size size = new Size(32, 32);
    AnnotatedImage scene = Scenes.of(size);
    GivenDraws draws = new GivenDraws().integer(0, 9, 1).integer(0, 9, 6).chance(0.5, false);
    AnnotatedImage made = Augmentations.smallClassification(size).apply(scene, draws);
    draws.assertAllDrawn();
    assertEquals(size, made.size());
    // Three rows of the margin remain at the top, and two columns at the right.
    Size kept = new Size(29, 30);
    assertEquals(scene.image().cropped(0, 2, kept), made.image().cropped(3, 0, kept));
    LabelMap map = made.labels().orElseThrow();
    for (int i = 0; i < 1024; i++) {
      int y = i / 32 - 3;
      int x = i % 32 + 2;
      boolean inside = y >= 0 && x < 32;
      int expected = inside ? scene.labels().orElseThrow().at(y * 32 + x) : AnnotatedImage.IGNORED;
      assertEquals(expected, map.at(i));
      assertTrue(inside || made.image().at(i / 32, i % 32, 1) == 0);
    }
  }

  @Test
  void theClassOfAnImageIsKept() {
    AnnotatedImage scene = AnnotatedImage.ofClass(Scenes.of(new Size(60, 70)).image(), 5);
    TRANSFORMS.forEach(
        (name, transform) ->
            assertEquals(5, transform.apply(scene, Draws.of(1)).imageClass().orElseThrow(), name));
    assertThrows(IllegalArgumentException.class, () -> AnnotatedImage.ofClass(scene.image(), -1));
  }

  @Test
  void objectsOutsideOfACropAreRemoved() {
    GivenDraws left =
        new GivenDraws()
            .integer(20, 21, 20)
            .integer(20, 21, 20)
            .integer(0, 31, 0)
            .integer(0, 61, 0);
    AnnotatedImage made = new RandomCrop(20, 20).apply(plain(new Size(50, 80)), left);
    assertEquals(0, made.instances().count());
    assertEquals(0, made.instances().masks().length);
  }

  @Test
  void anEleventhCropIsUsedUnconditionally() {
    Size size = new Size(40, 40);
    AnnotatedImage one =
        new AnnotatedImage(
            Image.of(size, new byte[4800]),
            Instances.NONE,
            Optional.of(new LabelMap.Bytes(size, new byte[1600])));
    GivenDraws draws = new GivenDraws();
    for (int i = 0; i < 11; i++) {
      draws.integer(0, 31, i).integer(0, 31, 2 * i);
    }
    AnnotatedImage made = new CategoryLimitedCrop(new Size(10, 10), 0.75).apply(one, draws);
    draws.assertAllDrawn();
    assertEquals(new Size(10, 10), made.size());
  }

  @Test
  void segmentationIsLimitedToTheCropAndDetectionTo1024() throws Throwable {
    eachSeed(
        20,
        seed -> {
          AnnotatedImage scene = Scenes.random(new Random(seed));
          Size cut = TRANSFORMS.get("segmentation").apply(scene, Draws.of(seed)).size();
          assertTrue(cut.height() <= 48 && cut.width() <= 56, cut::toString);
          Size found = TRANSFORMS.get("detection").apply(scene, Draws.of(seed)).size();
          assertTrue(found.height() <= 1024 && found.width() <= 1024, found::toString);
        });
  }

  @Test
  void drawsCoverTheirRangeAndDependOnTheWholeKey() {
    Draws draws = Draws.of(1);
    int[] counts = new int[5];
    for (int i = 0; i < 5000; i++) {
      counts[draws.integer(-2, 3) + 2]++;
      double value = draws.uniform(-32, 32);
      assertTrue(value >= -32 && value < 32);
    }
    assertTrue(Arrays.stream(counts).allMatch(c -> c > 800 && c < 1200), Arrays.toString(counts));
    double first = Draws.of(1, 2, 3).uniform(0, 1);
    assertEquals(first, Draws.of(1, 2, 3).uniform(0, 1));
    assertNotEquals(first, Draws.of(1, 2, 4).uniform(0, 1));
    assertNotEquals(first, Draws.of(1, 3, 2).uniform(0, 1));
    assertNotEquals(first, Draws.of(2, 1, 3).uniform(0, 1));
    assertThrows(IllegalArgumentException.class, () -> draws.integer(3, 3));
  }

  @Test
  void drawsAreTheSameInAllReleases() {
    Draws draws = Draws.of(2023, 5, 17);
    assertEquals(0.42185843958207236, draws.uniform(0, 1));
  }

  @Test
  void invalidSettingsAreRejected() {
    assertThrows(IllegalArgumentException.class, () -> new HorizontalFlip(1.5));
    assertThrows(IllegalArgumentException.class, () -> new HorizontalFlip(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> new RandomCrop(0, 5));
    assertThrows(IllegalArgumentException.class, () -> new RandomCrop(6, 5));
    assertThrows(IllegalArgumentException.class, () -> new CategoryLimitedCrop(CROP, 0));
    assertThrows(IllegalArgumentException.class, () -> RandomResize.shortEdge(100, List.of()));
    assertThrows(IllegalArgumentException.class, () -> RandomResize.shortEdge(100, List.of(200)));
    assertThrows(IllegalArgumentException.class, () -> RandomResize.ratio(9, 9, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> RandomResize.jitter(CROP, 2, 1));
    assertThrows(IllegalArgumentException.class, () -> new PadAndCrop(CROP, -1));
    Range whole = new Range(1, 1);
    for (Range wrong : List.of(new Range(0, 1), new Range(0.5, 1.5))) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new RandomResizedCrop(CROP, wrong, whole, PillowFilter.BICUBIC));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> new RandomResizedCrop(CROP, whole, new Range(0, 1), PillowFilter.BICUBIC));
    assertThrows(IllegalArgumentException.class, () -> new Range(1, Double.NaN));
  }

  @Test
  void aMaskOrLabelMapOfAnotherSizeIsRejected() {
    Image image = Image.of(new Size(2, 2), new byte[12]);
    Rle mask = Rle.empty(3, 2);
    Instances one = new Instances(new float[4], new int[1], new Rle[] {mask});
    assertThrows(
        IllegalArgumentException.class, () -> new AnnotatedImage(image, one, Optional.empty()));
    LabelMap map = new LabelMap.Bytes(new Size(1, 2), new byte[2]);
    assertThrows(
        IllegalArgumentException.class,
        () -> new AnnotatedImage(image, Instances.NONE, Optional.of(map)));
  }
}
