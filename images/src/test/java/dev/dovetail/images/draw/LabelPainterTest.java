package dev.dovetail.images.draw;

import static dev.dovetail.images.draw.InstancePainterTest.colour;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.images.Image;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LabelPainterTest {

  private static final Palette PALETTE =
      new Palette(List.of(new Colour(10, 20, 30), new Colour(200, 100, 50)));
  private static final LabelPainter PAINTER =
      new LabelPainter(List.of("road", "sky"), DrawingStyle.of(PALETTE));
  private static final LabelMap MAP =
      new LabelMap.Bytes(new Size(1, 3), new byte[] {1, 0, (byte) 255});

  @Test
  void everyLabelHasItsColorAndIgnoredPixelsAreBlack() {
    Image picture = PAINTER.colours(MAP);
    assertEquals(new Colour(200, 100, 50), colour(picture, 0, 0));
    assertEquals(new Colour(10, 20, 30), colour(picture, 0, 1));
    assertEquals(Colour.BLACK, colour(picture, 0, 2));
  }

  @Test
  void ignoredPixelsShowTheImage() {
    Image image = Image.of(new Size(1, 3), new byte[] {9, 8, 7, 9, 8, 7, 9, 8, 7});
    Image picture = PAINTER.over(image, MAP);
    assertEquals(new Colour(7, 8, 9), colour(picture, 0, 2));
    assertTrue(colour(picture, 0, 0).red() > 100);
  }

  @Test
  void theBorderOfTheImageIsNotAnEdgeOfAnArea() {
    Size size = new Size(9, 9);
    LabelMap halves = new LabelMap.Bytes(size, filled(81, (byte) 0));
    for (int i = 45; i < 81; i++) {
      ((LabelMap.Bytes) halves).labels()[i] = 1;
    }
    Image picture = PAINTER.over(Image.of(size, new byte[81 * 3]), halves);
    Colour inside = colour(picture, 2, 4);
    assertEquals(inside, colour(picture, 0, 0));
    assertEquals(inside, colour(picture, 2, 8));
    assertEquals(new Colour(10, 20, 30), colour(picture, 4, 4));
    assertEquals(new Colour(200, 100, 50), colour(picture, 5, 0));
  }

  @Test
  void anImageOfAnotherSizeIsRejected() {
    Image image = Image.of(new Size(3, 1), new byte[9]);
    assertThrows(IllegalArgumentException.class, () -> PAINTER.over(image, MAP));
  }

  @Test
  void theLegendIsAtTheRightAndShowsTheClassesThatOccur() {
    Size size = new Size(100, 100);
    LabelMap sky = new LabelMap.Bytes(size, filled(10_000, (byte) 1));
    Image picture = PAINTER.colours(sky);
    Image sheet = PAINTER.withLegend(picture, sky);
    assertEquals(100, sheet.size().height());
    assertTrue(sheet.size().width() > 150);
    Set<Colour> panel = new HashSet<>();
    for (int y = 0; y < 100; y++) {
      assertEquals(colour(picture, y, 99), colour(sheet, y, 99));
      for (int x = 100; x < sheet.size().width(); x++) {
        panel.add(colour(sheet, y, x));
      }
    }
    assertTrue(panel.contains(new Colour(200, 100, 50)), "the swatch of the class that occurs");
    assertTrue(!panel.contains(new Colour(10, 20, 30)), "none of the class that does not");
  }

  @Test
  void generatedColorsDifferForAllClassesOfTheLargestDataSets() {
    Palette palette = Palette.distinct();
    Set<Colour> colours = new HashSet<>();
    for (int label = 0; label < 1203; label++) {
      assertTrue(colours.add(palette.colour(label)), "class " + label);
    }
  }

  private static byte[] filled(int length, byte value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, value);
    return bytes;
  }
}
