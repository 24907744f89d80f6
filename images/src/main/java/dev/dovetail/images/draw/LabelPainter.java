package dev.dovetail.images.draw;

import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.images.Image;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Draws label maps.
 *
 * @param classes the class names; labels without a name, such as 255 for ignored pixels, are black
 *     and transparent
 * @param style of the drawing; a label map has neither boxes nor instances
 */
public record LabelPainter(List<String> classes, DrawingStyle style) {

  /**
   * Copies the names.
   *
   * @param classes the class names; labels without a name, such as 255 for ignored pixels, are
   *     black and transparent
   * @param style of the drawing; a label map has neither boxes nor instances
   */
  public LabelPainter {
    classes = List.copyOf(classes);
  }

  /**
   * {@return the label map in the colors of its classes}
   *
   * @param labels the label map
   */
  public Image colours(LabelMap labels) {
    Canvas canvas = Canvas.blank(labels.size(), Colour.BLACK);
    canvas.tint(Areas.flat(labels), this::ofArea, 1, 0);
    return canvas.toImage();
  }

  /**
   * {@return the label map over its image, with the edges of the areas}
   *
   * @param image the image
   * @param labels the label map
   * @throws IllegalArgumentException if their sizes differ
   */
  public Image over(Image image, LabelMap labels) {
    if (!image.size().equals(labels.size())) {
      throw new IllegalArgumentException(
          "a label map of " + labels.size() + " does not cover an image of " + image.size());
    }
    if (!style.masks()) {
      return image;
    }
    Canvas canvas = Canvas.of(image);
    int edge = Sizes.of(image.size(), style.lineWidth()).edge();
    canvas.tint(Areas.of(labels), this::ofArea, style.alpha(), edge);
    return canvas.toImage();
  }

  /** Returns the color of an area, whose id is label + 1. */
  private @Nullable Colour ofArea(int id) {
    return id <= classes.size() ? style.palette().colour(id - 1) : null;
  }

  /**
   * {@return the picture with a legend at its right: the classes of the label map, the largest
   * first, with their fraction of the pixels} The last line counts the classes that do not fit.
   *
   * @param picture the picture
   * @param labels the label map
   */
  public Image withLegend(Image picture, LabelMap labels) {
    long[] counts = new long[labels.valueCount()];
    int pixels = Math.toIntExact(labels.size().pixels());
    for (int i = 0; i < pixels; i++) {
      counts[labels.at(i)]++;
    }
    List<Legend.Entry> entries = new ArrayList<>();
    for (int label = 0; label < Math.min(classes.size(), counts.length); label++) {
      if (counts[label] > 0) {
        double share = (double) counts[label] / pixels;
        entries.add(new Legend.Entry(style.palette().colour(label), classes.get(label), share));
      }
    }
    return Legend.beside(picture, entries, style.steady() ? classes : List.of());
  }
}
