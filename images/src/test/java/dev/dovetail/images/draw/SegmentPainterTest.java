package dev.dovetail.images.draw;

import static dev.dovetail.images.draw.InstancePainterTest.colour;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.panoptic.IdMap;
import dev.dovetail.formats.panoptic.PanopticMap;
import dev.dovetail.formats.panoptic.PanopticMap.Segment;
import dev.dovetail.images.Image;
import java.util.List;
import org.junit.jupiter.api.Test;

class SegmentPainterTest {

  private static final Colour CAT = new Colour(200, 40, 60);
  private static final SegmentPainter PAINTER =
      new SegmentPainter(List.of("cat"), DrawingStyle.of(new Palette(List.of(CAT))));
  private static final Size SIZE = new Size(80, 240);

  /** Returns void, two cats and a class without a name, side by side. */
  private static PanopticMap map() {
    int[] ids = new int[(int) SIZE.pixels()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = i % SIZE.width() / 60;
    }
    int area = 60 * SIZE.height();
    return new PanopticMap(
        new IdMap(SIZE, ids),
        List.of(
            new Segment(1, 0, 0.9f, area),
            new Segment(2, 0, 0.8f, area),
            new Segment(3, 7, 0.7f, area)));
  }

  private static Image grey(Size size) {
    byte[] pixels = new byte[(int) size.pixels() * Image.CHANNELS];
    java.util.Arrays.fill(pixels, (byte) 100);
    return Image.of(size, pixels);
  }

  @Test
  void segmentsOfAClassHaveShadesOfItsColorAndVoidIsUnchanged() {
    Image picture = PAINTER.draw(grey(SIZE), map());
    assertEquals(new Colour(100, 100, 100), colour(picture, 5, 30));
    assertEquals(new Colour(150, 70, 80), colour(picture, 5, 90));
    assertNotEquals(colour(picture, 5, 90), colour(picture, 5, 150));
    assertTrue(colour(picture, 5, 150).red() > colour(picture, 5, 150).blue());
    assertEquals(CAT, colour(picture, 5, 119), "the border between two cats");
  }

  @Test
  void aTagIsInTheMiddleOfItsSegment() {
    Image picture = PAINTER.draw(grey(SIZE), map());
    for (int x : new int[] {90, 150, 210}) {
      assertNotEquals(colour(picture, 5, x), colour(picture, 33, x), "the color of the tag");
    }
    assertEquals(new Colour(100, 100, 100), colour(picture, 40, 30), "void has no tag");
  }

  @Test
  void segmentsOfAnotherImageAreRejected() {
    Image other = grey(new Size(80, 241));
    String message =
        assertThrows(IllegalArgumentException.class, () -> PAINTER.draw(other, map())).getMessage();
    assertTrue(message.contains("240x80") && message.contains("241x80"), message);
  }

  @Test
  void withoutSegmentsTheImageIsUnchanged() {
    Image image = grey(SIZE);
    IdMap empty = new IdMap(SIZE, new int[(int) SIZE.pixels()]);
    assertEquals(image, PAINTER.draw(image, new PanopticMap(empty, List.of())));
  }
}
