package dev.dovetail.images.draw;

import dev.dovetail.formats.Detections;
import dev.dovetail.images.Image;
import java.awt.Point;
import java.awt.Rectangle;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Draws detected objects on their image: translucent masks with an edge, boxes, and tags with class
 * name and score, which are smaller for small objects. Annotated objects have the score NaN, which
 * is not drawn.
 *
 * @param classes the class names; a label without a name is written as a number
 * @param style of the drawing
 */
public record InstancePainter(List<String> classes, DrawingStyle style) {

  /**
   * Copies the names.
   *
   * @param classes the class names; a label without a name is written as a number
   * @param style of the drawing
   */
  public InstancePainter {
    classes = List.copyOf(classes);
  }

  /**
   * {@return a copy of the image with the objects} Smaller objects are drawn over larger ones.
   *
   * @param image the image
   * @param found the objects
   * @throws IllegalArgumentException if the objects are of an image with another size
   */
  public Image draw(Image image, Detections found) {
    if (!found.image().equals(image.size())) {
      throw new IllegalArgumentException(
          "objects of an image of " + found.image() + " cannot be drawn on one of " + image.size());
    }
    List<Rectangle> boxes = boxes(found);
    List<Integer> largest = descending(found, i -> area(boxes.get(i)));
    Sizes sizes = Sizes.of(image.size(), style.lineWidth());
    Canvas canvas = Canvas.of(image);
    List<Colour> colours = colours(found);
    Map<Integer, Point> middles = new HashMap<>();
    if (found.hasMasks() && style.masks()) {
      for (int i : largest) {
        Areas mask = Areas.of(found.masks()[i]);
        canvas.tint(mask, id -> colours.get(i), style.alpha(), sizes.edge());
        if (style.labels() && !style.boxes()) {
          mask.extents().values().forEach(extent -> middles.put(i, extent.deepest()));
        }
      }
    }
    if (style.boxes()) {
      for (int i : largest) {
        canvas.frame(boxes.get(i), colours.get(i), sizes.line());
      }
    }
    if (style.labels()) {
      List<Tags.Tag> tags = new ArrayList<>();
      for (int i : descending(found, i -> found.scores()[i])) {
        String caption = Tags.caption(classes, found.labels()[i], found.scores()[i]);
        Optional<Point> middle = Optional.ofNullable(middles.get(i));
        tags.add(new Tags.Tag(caption, colours.get(i), boxes.get(i), middle));
      }
      new Tags(sizes).draw(canvas, tags, boxes);
    }
    return canvas.toImage();
  }

  /** Returns the indices of the objects by descending value. Equal values stay in order. */
  private static List<Integer> descending(Detections found, ToDoubleFunction<Integer> value) {
    Comparator<Integer> ascending = Comparator.comparingDouble(value);
    return IntStream.range(0, found.count()).boxed().sorted(ascending.reversed()).toList();
  }

  private static double area(Rectangle box) {
    return (double) box.width * box.height;
  }

  private static List<Rectangle> boxes(Detections found) {
    List<Rectangle> boxes = new ArrayList<>();
    for (int i = 0; i < found.count(); i++) {
      int left = Math.round(found.boxes()[4 * i]);
      int top = Math.round(found.boxes()[4 * i + 1]);
      int right = Math.round(found.boxes()[4 * i + 2]);
      int bottom = Math.round(found.boxes()[4 * i + 3]);
      boxes.add(new Rectangle(left, top, Math.max(0, right - left), Math.max(0, bottom - top)));
    }
    return boxes;
  }

  /**
   * Returns the color of each object: its own, or that of its class. Objects with masks have shades
   * of it, which separate neighbors, except in videos, where shades would flicker.
   */
  private List<Colour> colours(Detections found) {
    boolean shades = found.hasMasks() && style.masks() && !style.steady();
    Map<Integer, Integer> seen = new HashMap<>();
    List<Colour> colours = new ArrayList<>();
    for (int i = 0; i < found.count(); i++) {
      int label = found.labels()[i];
      int before = seen.merge(label, 1, Integer::sum) - 1;
      Colour ofClass = style.palette().colour(label);
      colours.add(
          style.perInstance()
              ? style.palette().colour(i)
              : shades ? ofClass.forInstance(before) : ofClass);
    }
    return colours;
  }
}
