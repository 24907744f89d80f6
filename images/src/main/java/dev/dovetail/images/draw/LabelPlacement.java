package dev.dovetail.images.draw;

import java.awt.Point;
import java.awt.Rectangle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Places labels within an image so that they cover neither each other nor small objects: at a
 * corner of the object's box, along its sides, or at a short distance. A label without such a place
 * is omitted.
 *
 * @param image the rectangle of the image
 * @param objects the boxes of all objects, with or without a label
 */
record LabelPlacement(Rectangle image, List<Rectangle> objects) {

  /** An object is small if the area of its box is less than this multiple of the label's area. */
  private static final int SMALL = 4;

  /** The reciprocal of the largest fraction of the image that labels cover. */
  private static final int COVERED = 4;

  /** The largest distance of a label from its object, in label heights. */
  private static final int REACH = 5;

  /**
   * A label to place.
   *
   * @param object the box of its object
   * @param width of the label in pixels
   * @param height of the label in pixels
   * @param centre the preferred center, instead of a corner of the box
   */
  record Label(Rectangle object, int width, int height, Optional<Point> centre) {}

  /** Returns the places of labels, which choose in order; empty for an omitted label. */
  List<Optional<Rectangle>> place(List<Label> labels) {
    List<Rectangle> taken = new ArrayList<>();
    List<Optional<Rectangle>> places = new ArrayList<>();
    long left = (long) image.width * image.height / COVERED;
    for (Label label : labels) {
      long area = (long) label.width() * label.height();
      Optional<Rectangle> place =
          area > left && !taken.isEmpty()
              ? Optional.empty()
              : candidates(label).filter(candidate -> isFree(candidate, taken)).findFirst();
      if (place.isPresent()) {
        taken.add(place.get());
        left -= area;
      }
      places.add(place);
    }
    return places;
  }

  private boolean isFree(Rectangle place, List<Rectangle> taken) {
    return image.contains(place)
        && taken.stream().noneMatch(place::intersects)
        && objects.stream().noneMatch(object -> isSmall(object, place) && place.intersects(object));
  }

  private static boolean isSmall(Rectangle object, Rectangle label) {
    return (long) object.width * object.height < (long) SMALL * label.width * label.height;
  }

  /**
   * Returns the places in the order of preference. They may extend beyond the top and bottom of the
   * image.
   */
  private Stream<Rectangle> candidates(Label label) {
    Rectangle box = label.object().intersection(image);
    if (box.isEmpty()) {
      return Stream.empty();
    }
    Stream<Point> centred =
        label.centre().stream()
            .flatMap(middle -> around(middle, label))
            .map(p -> new Point(p.x - label.width() / 2, p.y - label.height() / 2));
    return Stream.of(centred, corners(box, label), sides(box, label), apart(box, label))
        .flatMap(points -> points)
        .map(p -> new Rectangle(withinImage(p.x, label), p.y, label.width(), label.height()));
  }

  private int withinImage(int x, Label label) {
    return Math.max(image.x, Math.min(x, image.x + image.width - label.width()));
  }

  /** Returns a point and those around it. */
  private static Stream<Point> around(Point middle, Label label) {
    Stream<Point> all = Stream.of(middle);
    for (int ring = 1; ring <= REACH; ring++) {
      int dx = ring * label.width() / 2;
      int dy = ring * label.height();
      all =
          Stream.concat(
              all,
              Stream.of(
                  new Point(middle.x, middle.y - dy),
                  new Point(middle.x, middle.y + dy),
                  new Point(middle.x - dx, middle.y),
                  new Point(middle.x + dx, middle.y)));
    }
    return all;
  }

  private static Stream<Point> corners(Rectangle box, Label label) {
    int left = box.x;
    int right = box.x + box.width - label.width();
    int bottom = box.y + box.height;
    return Stream.of(
        new Point(left, box.y - label.height()),
        new Point(left, box.y),
        new Point(left, bottom),
        new Point(right, box.y - label.height()),
        new Point(right, box.y),
        new Point(right, bottom),
        new Point(left, bottom - label.height()),
        new Point(right, bottom - label.height()));
  }

  /** Returns places beside the box and along its upper and lower sides. */
  private static Stream<Point> sides(Rectangle box, Label label) {
    int bottom = box.y + box.height;
    List<Point> points = new ArrayList<>();
    for (int y = box.y; y <= bottom; y += label.height()) {
      points.add(new Point(box.x + box.width, y));
      points.add(new Point(box.x - label.width(), y));
    }
    for (int x = box.x; x <= box.x + box.width; x += label.height()) {
      for (int y : new int[] {box.y - label.height(), box.y, bottom, bottom - label.height()}) {
        points.add(new Point(x, y));
        points.add(new Point(x - label.width(), y));
      }
    }
    return points.stream();
  }

  /** Returns places on rings around the box. */
  private static Stream<Point> apart(Rectangle box, Label label) {
    List<Point> points = new ArrayList<>();
    for (int ring = 1; ring <= REACH; ring++) {
      int gap = ring * label.height();
      int above = box.y - label.height() - gap;
      int below = box.y + box.height + gap;
      int left = box.x - label.width() - gap;
      int right = box.x + box.width + gap;
      for (int x = left; x <= right; x += Math.max(1, label.width() / 2)) {
        points.add(new Point(x, above));
        points.add(new Point(x, below));
      }
      for (int y = above; y <= below; y += label.height()) {
        points.add(new Point(right, y));
        points.add(new Point(left, y));
      }
    }
    return points.stream();
  }
}
