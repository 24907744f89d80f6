package dev.dovetail.images.draw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Point;
import java.awt.Rectangle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LabelPlacementTest {

  private static final Rectangle IMAGE = new Rectangle(640, 480);
  private static final int WIDTH = 80;
  private static final int HEIGHT = 16;

  private static LabelPlacement.Label label(Rectangle box) {
    return new LabelPlacement.Label(box, WIDTH, HEIGHT, Optional.empty());
  }

  private static List<Optional<Rectangle>> place(List<Rectangle> boxes) {
    List<LabelPlacement.Label> labels = boxes.stream().map(LabelPlacementTest::label).toList();
    return new LabelPlacement(IMAGE, boxes).place(labels);
  }

  private static Rectangle only(Rectangle box) {
    return place(List.of(box)).get(0).orElseThrow();
  }

  @Test
  void aLabelIsAboveTheTopLeftCornerOfItsBox() {
    assertEquals(new Rectangle(100, 84, WIDTH, HEIGHT), only(new Rectangle(100, 100, 200, 100)));
  }

  @Test
  void withoutSpaceAboveALabelIsInsideALargeBoxAndBelowASmallOne() {
    assertEquals(new Rectangle(100, 5, WIDTH, HEIGHT), only(new Rectangle(100, 5, 200, 100)));
    assertEquals(new Rectangle(100, 25, WIDTH, HEIGHT), only(new Rectangle(100, 5, 20, 20)));
  }

  @Test
  void labelsCoverAtMostAQuarterOfASmallImage() {
    Rectangle image = new Rectangle(160, 80);
    List<Rectangle> boxes = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      boxes.add(new Rectangle(20 * i, 20, 80, 60));
    }
    List<Optional<Rectangle>> places =
        new LabelPlacement(image, boxes)
            .place(boxes.stream().map(LabelPlacementTest::label).toList());
    assertEquals(2, places.stream().filter(Optional::isPresent).count());
    assertTrue(places.get(0).isPresent() && places.get(1).isPresent(), "labels choose in order");
  }

  @Test
  void aCenterIsUsedUnlessTheObjectIsSmall() {
    Rectangle large = new Rectangle(100, 100, 300, 200);
    Point middle = new Point(250, 200);
    LabelPlacement placement = new LabelPlacement(IMAGE, List.of(large));
    Rectangle place =
        placement
            .place(List.of(new LabelPlacement.Label(large, WIDTH, HEIGHT, Optional.of(middle))))
            .get(0)
            .orElseThrow();
    assertEquals(middle, new Point((int) place.getCenterX(), (int) place.getCenterY()));
    Rectangle small = new Rectangle(240, 190, 20, 20);
    place =
        new LabelPlacement(IMAGE, List.of(small))
            .place(List.of(new LabelPlacement.Label(small, WIDTH, HEIGHT, Optional.of(middle))))
            .get(0)
            .orElseThrow();
    assertFalse(place.intersects(small));
  }

  @Test
  void objectsOutsideTheImageAndLabelsLargerThanTheImageHaveNoPlace() {
    assertTrue(place(List.of(new Rectangle(700, 20, 30, 30))).get(0).isEmpty());
    Rectangle box = new Rectangle(0, 0, 50, 10);
    LabelPlacement low = new LabelPlacement(new Rectangle(200, 10), List.of(box));
    assertTrue(low.place(List.of(label(box))).get(0).isEmpty());
  }

  @Test
  void labelsStayInsideTheImageAndCoverNeitherEachOtherNorSmallObjects() {
    for (long seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      List<Rectangle> boxes = new ArrayList<>();
      int count = 1 + random.nextInt(60);
      for (int i = 0; i < count; i++) {
        int side = 1 + random.nextInt(random.nextBoolean() ? 30 : 400);
        boxes.add(
            new Rectangle(
                random.nextInt(700) - 60,
                random.nextInt(560) - 60,
                side,
                1 + random.nextInt(2 * side)));
      }
      List<Rectangle> placed = place(boxes).stream().flatMap(Optional::stream).toList();
      for (Rectangle one : placed) {
        String where = "seed " + seed + ": " + one;
        assertTrue(IMAGE.contains(one), where);
        assertTrue(placed.stream().noneMatch(o -> o != one && o.intersects(one)), where);
        assertTrue(
            boxes.stream()
                .filter(box -> box.width * box.height < 4 * WIDTH * HEIGHT)
                .noneMatch(one::intersects),
            where);
      }
    }
  }

  @Test
  void everyLabelHasAPlaceIfThereIsEnoughSpace() {
    for (long seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      List<Rectangle> boxes = new ArrayList<>();
      for (int cell = 0; cell < 16; cell++) { // cells of 160x120 pixels
        int width = 5 + random.nextInt(60);
        int height = 5 + random.nextInt(60);
        boxes.add(
            new Rectangle(
                cell % 4 * 160 + random.nextInt(160 - width),
                cell / 4 * 120 + random.nextInt(120 - height),
                width,
                height));
      }
      assertTrue(place(boxes).stream().allMatch(Optional::isPresent), "seed " + seed);
    }
  }
}
