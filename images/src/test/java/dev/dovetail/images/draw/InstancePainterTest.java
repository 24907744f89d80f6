package dev.dovetail.images.draw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Detections;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.images.Image;
import java.awt.Rectangle;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InstancePainterTest {

  private static final Colour RED = new Colour(255, 0, 0);
  private static final DrawingStyle RED_STYLE = DrawingStyle.of(new Palette(List.of(RED)));
  private static final InstancePainter PAINTER = new InstancePainter(List.of("cat"), RED_STYLE);

  @Test
  void withoutObjectsTheDrawingEqualsTheImage() {
    Image image = grey(new Size(40, 60));
    assertEquals(image, PAINTER.draw(image, found(image.size())));
  }

  @Test
  void aBoxHasItsClassColorOnItsEdgesOnly() {
    Image picture =
        PAINTER.draw(grey(new Size(200, 300)), found(new Size(200, 300), 50, 60, 150, 160));
    assertEquals(RED, colour(picture, 120, 50));
    assertEquals(RED, colour(picture, 159, 100));
    assertEquals(new Colour(100, 100, 100), colour(picture, 120, 100));
    assertEquals(new Colour(100, 100, 100), colour(picture, 170, 170));
  }

  @Test
  void onlySetPixelsOfAMaskAreTinted() {
    Rle mask = Rle.ofBox(200, 300, 100, 100, 15, 40);
    Image picture =
        PAINTER.draw(
            grey(new Size(200, 300)),
            new Detections(
                new Size(200, 300),
                new float[] {100, 100, 130, 140},
                new float[] {0.9f},
                new int[1],
                new Rle[] {mask}));
    Colour tinted = colour(picture, 120, 107);
    assertTrue(tinted.red() > 150 && tinted.green() < 70, tinted.toString());
    assertEquals(new Colour(100, 100, 100), colour(picture, 120, 122));
  }

  /** Two masks of one class that touch, without tags. */
  private static Image masked(boolean steady) {
    Size size = new Size(200, 300);
    Detections two =
        new Detections(
            size,
            new float[] {50, 50, 100, 150, 100, 50, 150, 150},
            new float[] {0.9f, 0.8f},
            new int[2],
            new Rle[] {
              Rle.ofBox(200, 300, 50, 50, 50, 100), Rle.ofBox(200, 300, 100, 50, 50, 100)
            });
    Palette red = new Palette(List.of(RED));
    DrawingStyle style = new DrawingStyle(0, 0.5, red, false, false, false, true, steady);
    return new InstancePainter(List.of("cat"), style).draw(grey(size), two);
  }

  @Test
  void masksOfOneClassHaveShadesExceptInVideosWhereTheyWouldFlicker() {
    Image picture = masked(false);
    assertNotEquals(colour(picture, 100, 75), colour(picture, 100, 125));
    Image frame = masked(true);
    assertEquals(colour(frame, 100, 75), colour(frame, 100, 125));
  }

  @Test
  void namesOfSmallObjectsAreWrittenSmaller() {
    Rectangle image = new Rectangle(0, 0, 1000, 1000);
    Sizes sizes = Sizes.of(new Size(1000, 1000), 0);
    assertEquals(sizes.text(), sizes.ofObject(new Rectangle(0, 0, 50, 100), image).text());
    assertEquals(
        Math.round(0.6 * sizes.text()), sizes.ofObject(new Rectangle(0, 0, 50, 20), image).text());
    Sizes tiny = Sizes.of(new Size(100, 100), 0);
    assertEquals(tiny.text(), tiny.ofObject(new Rectangle(0, 0, 5, 5), image).text());
  }

  @Test
  void anObjectWithoutAScoreIsTaggedWithOnlyItsName() {
    Size size = new Size(200, 300);
    float[] box = {50, 60, 150, 160};
    Detections scored = new Detections(size, box, new float[] {0.5f}, new int[1], new Rle[0]);
    Detections known = new Detections(size, box, new float[] {Float.NaN}, new int[1], new Rle[0]);
    InstancePainter written = new InstancePainter(List.of("cat 0.50"), RED_STYLE);
    assertEquals(PAINTER.draw(grey(size), scored), written.draw(grey(size), known));
  }

  @Test
  void tagsStayInsideTheImageAndDoNotOverlap() {
    Image picture =
        PAINTER.draw(
            grey(new Size(120, 160)), found(new Size(120, 160), 130, 0, 160, 30, 130, 2, 160, 30));
    long red = 0;
    for (int y = 0; y < 120; y++) {
      for (int x = 0; x < 130; x++) {
        red += colour(picture, y, x).equals(RED) ? 1 : 0;
      }
    }
    assertTrue(red > 200, red + " pixels left of the boxes belong to their tags");
  }

  @Test
  void objectsAnywhereOnImagesOfAnySizeAreDrawnWithoutAnError() {
    for (long seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      Image image = grey(new Size(1 + random.nextInt(60), 1 + random.nextInt(60)));
      float[] box = new float[4];
      for (int k = 0; k < box.length; k++) {
        box[k] = random.nextFloat() * 200 - 70;
      }
      Detections found =
          new Detections(
              image.size(),
              box,
              new float[] {random.nextFloat()},
              new int[] {random.nextInt(300)},
              new Rle[0]);
      try {
        assertEquals(image.size(), PAINTER.draw(image, found).size());
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  @Test
  void objectsOfAnImageOfAnotherSizeAreRejected() {
    assertThrows(
        IllegalArgumentException.class,
        () -> PAINTER.draw(grey(new Size(40, 60)), found(new Size(60, 40), 0, 0, 5, 5)));
  }

  /** Returns objects of class 0 without masks, the best one first. */
  private static Detections found(Size image, float... boxes) {
    int n = boxes.length / 4;
    float[] scores = new float[n];
    for (int i = 0; i < n; i++) {
      scores[i] = 0.9f - 0.1f * i;
    }
    return new Detections(image, boxes, scores, new int[n], new Rle[0]);
  }

  private static Image grey(Size size) {
    byte[] bgr = new byte[(int) size.pixels() * Image.CHANNELS];
    Arrays.fill(bgr, (byte) 100);
    return Image.of(size, bgr);
  }

  static Colour colour(Image image, int y, int x) {
    return new Colour(image.at(y, x, 2), image.at(y, x, 1), image.at(y, x, 0));
  }
}
