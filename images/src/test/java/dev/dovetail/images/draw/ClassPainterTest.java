package dev.dovetail.images.draw;

import static dev.dovetail.images.draw.InstancePainterTest.colour;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.dovetail.formats.Size;
import dev.dovetail.images.Image;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClassPainterTest {

  private static final Palette PALETTE =
      new Palette(List.of(new Colour(10, 20, 30), new Colour(200, 100, 50)));
  private static final ClassPainter PAINTER = new ClassPainter(List.of("cat", "dog"), PALETTE);
  private static final Size SIZE = new Size(100, 120);
  private static final Image BLACK = Image.of(SIZE, new byte[(int) SIZE.pixels() * Image.CHANNELS]);

  @Test
  void theNameIsAtTheTopLeftOnTheColorOfTheClass() {
    Image picture = PAINTER.draw(BLACK, 1);
    assertEquals(SIZE, picture.size());
    assertEquals(new Colour(200, 100, 50), colour(picture, 0, 0));
    assertEquals(Colour.BLACK, colour(picture, 50, 0));
    assertEquals(Colour.BLACK, colour(picture, 0, 119));
    assertNotEquals(PAINTER.draw(BLACK, 0), picture);
  }

  @Test
  void aLabelWithoutANameIsDrawnAsANumberAndLongTextIsTruncated() {
    assertNotEquals(BLACK, PAINTER.draw(BLACK, 7));
    Size tiny = new Size(3, 4);
    Image picture = PAINTER.draw(Image.of(tiny, new byte[36]), 0);
    assertEquals(tiny, picture.size());
    assertEquals(new Colour(10, 20, 30), colour(picture, 2, 3));
  }
}
