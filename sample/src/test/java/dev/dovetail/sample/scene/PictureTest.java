package dev.dovetail.sample.scene;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Size;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Properties of every scene. */
class PictureTest {

  @Test
  void everySegmentIsVisibleAndEveryPixelHasASegment() {
    int[] sides = {64, 65, 97, 200};
    for (int number = 0; number < 60; number++) {
      Size size = new Size(sides[number % 4], sides[number / 4 % 4]);
      Picture picture = Picture.draw(5, number, size);
      int[] areas = new int[picture.kinds().size() + 1];
      for (int segment : picture.segments()) {
        areas[segment]++;
      }
      assertEquals(0, areas[0]);
      Set<Category> stuff = new HashSet<>();
      for (int i = 1; i < areas.length; i++) {
        Picture.Segment kind = picture.kinds().get(i - 1);
        boolean thing = kind.category().isThing();
        assertTrue(areas[i] >= (thing ? 12 : 1), "picture " + number + ", segment " + i);
        assertTrue(thing || !kind.crowd());
        assertTrue(thing || stuff.add(kind.category()), "one segment for each kind of stuff");
      }
      assertEquals(3 * size.pixels(), picture.rgb().length);
    }
  }

  @Test
  void picturesAreDeterministic() {
    Size size = new Size(80, 100);
    Picture first = Picture.draw(1, 2, size);
    Picture second = Picture.draw(1, 2, size);
    assertArrayEquals(first.rgb(), second.rgb());
    assertArrayEquals(first.segments(), second.segments());
    assertEquals(first.kinds(), second.kinds());
  }
}
