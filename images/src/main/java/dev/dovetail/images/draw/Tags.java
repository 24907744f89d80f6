package dev.dovetail.images.draw;

import java.awt.Point;
import java.awt.Rectangle;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Names of objects and segments, each on its color. A tag at a distance from its object is
 * connected to it by a line.
 *
 * @param sizes of the text and lines
 */
record Tags(Sizes sizes) {

  /**
   * A tag.
   *
   * @param text the text
   * @param colour of the background
   * @param bounds of the object in the image
   * @param middle the preferred position, if it is not a corner of the bounds
   */
  record Tag(String text, Colour colour, Rectangle bounds, Optional<Point> middle) {}

  /**
   * Returns the name of a class, or its number if it has no name, with the score unless it is NaN.
   */
  static String caption(List<String> classes, int label, float score) {
    String name = name(classes, label);
    return Float.isNaN(score) ? name : String.format(Locale.ROOT, "%s %.2f", name, score);
  }

  /** Returns the name of a class, or its number if it has no name. */
  static String name(List<String> classes, int label) {
    return label < classes.size() ? classes.get(label) : Integer.toString(label);
  }

  /**
   * Draws tags, which choose their places in order.
   *
   * @param objects the boxes of all objects
   */
  void draw(Canvas canvas, List<Tag> tags, List<Rectangle> objects) {
    Map<Integer, Text> texts = new HashMap<>();
    List<Sizes> own = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    List<LabelPlacement.Label> labels = new ArrayList<>();
    for (Tag tag : tags) {
      Sizes ofTag = sizes.ofObject(tag.bounds(), canvas.bounds());
      int padding = ofTag.padding();
      Text text = texts.computeIfAbsent(ofTag.text(), Text::new);
      String line = text.fitting(tag.text(), canvas.bounds().width - 2 * padding);
      own.add(ofTag);
      lines.add(line);
      labels.add(
          new LabelPlacement.Label(
              tag.bounds(),
              text.width(line) + 2 * padding,
              ofTag.text() + 2 * padding,
              tag.middle()));
    }
    List<Optional<Rectangle>> places = new LabelPlacement(canvas.bounds(), objects).place(labels);
    for (int i = 0; i < tags.size(); i++) {
      Tag tag = tags.get(i);
      places.get(i).ifPresent(place -> join(canvas, tag, place));
    }
    for (int i = 0; i < tags.size(); i++) {
      Colour colour = tags.get(i).colour();
      String line = lines.get(i);
      int padding = own.get(i).padding();
      Text text = texts.get(own.get(i).text());
      places
          .get(i)
          .ifPresent(
              place -> {
                canvas.fill(place, colour);
                canvas.write(text, line, place.x + padding, place.y + padding, colour.contrast());
              });
    }
  }

  private void join(Canvas canvas, Tag tag, Rectangle place) {
    Rectangle near = new Rectangle(place);
    near.grow(sizes.padding(), sizes.padding());
    Point target =
        tag.middle()
            .orElseGet(
                () ->
                    new Point(
                        nearest(place.x + place.width / 2, tag.bounds().x, tag.bounds().width),
                        nearest(place.y + place.height / 2, tag.bounds().y, tag.bounds().height)));
    boolean touches =
        tag.middle().isPresent() ? near.contains(target) : near.intersects(tag.bounds());
    if (!touches) {
      Point from =
          new Point(
              nearest(target.x, place.x, place.width), nearest(target.y, place.y, place.height));
      canvas.line(from, target, tag.colour(), sizes.edge());
    }
  }

  private static int nearest(int value, int start, int length) {
    return Math.max(start, Math.min(value, start + length - 1));
  }
}
