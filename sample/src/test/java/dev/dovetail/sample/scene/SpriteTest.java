package dev.dovetail.sample.scene;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Size;
import org.junit.jupiter.api.Test;

/** Verifies the pixels of an object against independent geometry. */
class SpriteTest {

  private static final Size SIZE = new Size(120, 160);
  private static final Light LIGHT =
      new Light(
          new Vec(0.5, 0.7, 0.5).unit(), new Rgb(0.7, 0.7, 0.7), new Rgb(0.4, 0.4, 0.4), 0, 0);
  private static final Backdrop BACKDROP =
      new Backdrop(SIZE, 40, Category.SKY, Category.GRASS, null, 0.5, new Noise(1));

  private static SceneObject object(Category category, int segment, double x, double base) {
    Rgb red = new Rgb(0.8, 0.1, 0.1);
    Rotation turn = Rotation.of(0, 0, 0);
    Material material = new Material(Material.Pattern.PLAIN, red, red, 2, 0.2, turn, new Noise(2));
    return new SceneObject(category, segment, x, base, 30, turn, material);
  }

  @Test
  void aBallCoversThePixelsWhoseCentersAreInItsCircle() {
    double radius = 30 * 0.92 / 0.95;
    double x = 71.3;
    double base = 90.6;
    Canvas canvas = new Canvas(BACKDROP, LIGHT);
    canvas.paint(new Sprite(object(Category.BALL, 3, x, base), LIGHT));
    int[] segments = canvas.segments();
    // The ball's lowest point is searched in steps of a fortieth of the radius, its tolerance.
    double top = SIZE.height();
    for (int i = 0; i < segments.length; i++) {
      top = segments[i] == 3 ? Math.min(top, i / SIZE.width()) : top;
    }
    double middle = top + radius;
    assertEquals(base - radius, middle, 2);
    int doubtful = 0;
    for (int i = 0; i < segments.length; i++) {
      double dx = i % SIZE.width() + 0.5 - x;
      double dy = i / SIZE.width() + 0.5 - middle;
      double inside = radius - Math.sqrt(dx * dx + dy * dy);
      if (Math.abs(inside) < 1) {
        doubtful++;
      } else {
        assertEquals(inside > 0, segments[i] == 3, i % SIZE.width() + ", " + i / SIZE.width());
      }
    }
    assertTrue(doubtful < 400, "a ring of two pixels: " + doubtful);
  }

  @Test
  void aPixelBelongsToTheObjectAtItsCenter() {
    for (Category category : Category.values()) {
      if (!category.isThing()) {
        continue;
      }
      Sprite sprite = new Sprite(object(category, 3, 80, 100), LIGHT);
      Canvas canvas = new Canvas(BACKDROP, LIGHT);
      canvas.paint(sprite);
      int[] segments = canvas.segments();
      int seen = 0;
      for (int y = 0; y < sprite.height; y++) {
        for (int x = 0; x < sprite.width; x++) {
          int at = (sprite.top + y) * SIZE.width() + sprite.left + x;
          assertEquals(sprite.covers(x, y, 0), segments[at] == 3, category.label());
          seen += segments[at] == 3 ? 1 : 0;
        }
      }
      assertEquals(sprite.area(), seen, category.label());
      assertTrue(seen > 300, category + ": " + seen);
    }
  }

  @Test
  void laterObjectsHideEarlierOnes() {
    Sprite back = new Sprite(object(Category.CRATE, 3, 70, 90), LIGHT);
    Sprite front = new Sprite(object(Category.BALL, 4, 85, 100), LIGHT);
    Canvas canvas = new Canvas(BACKDROP, LIGHT);
    canvas.paint(back);
    int whole = count(canvas, 3);
    canvas.paint(front);
    assertEquals(front.area(), count(canvas, 4));
    assertTrue(count(canvas, 3) < whole);
    assertEquals(back.area(), whole);
  }

  @Test
  void theBackgroundIsVisibleThroughARing() {
    Canvas canvas = new Canvas(BACKDROP, LIGHT);
    Sprite ring = new Sprite(object(Category.RING, 3, 80, 100), LIGHT);
    canvas.paint(ring);
    int middle = (ring.top + ring.height / 2) * SIZE.width() + 80;
    assertNotEquals(3, canvas.segments()[middle]);
    assertEquals(3, canvas.segments()[middle + 21]);
    assertEquals(3, canvas.segments()[middle - 21]);
  }

  private static int count(Canvas canvas, int segment) {
    int count = 0;
    for (int owner : canvas.segments()) {
      count += owner == segment ? 1 : 0;
    }
    return count;
  }
}
