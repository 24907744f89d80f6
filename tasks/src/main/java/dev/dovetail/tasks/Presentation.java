package dev.dovetail.tasks;

import dev.dovetail.images.Image;
import dev.dovetail.images.draw.DrawingStyle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a task's results are shown.
 *
 * @param <R> the task's result for one image
 */
public interface Presentation<R> {

  /** The heads of the table's columns after the image's name. */
  List<String> columns();

  /** The rows of a result in that table, mostly one. */
  List<List<String>> rows(R result);

  /**
   * A result as JSON: maps, lists, texts and numbers.
   *
   * @param files the files that {@link #write} made, by their kind
   */
  Map<String, Object> json(R result, Map<String, String> files);

  /** A copy of the image with the result drawn on it; empty if there is nothing to draw. */
  Optional<Image> picture(Image image, R result, DrawingStyle style);

  /** Whether {@link #picture} draws. */
  boolean draws();

  /** Whether {@link #cutouts} can give any. */
  default boolean findsObjects() {
    return false;
  }

  /** The classes whose pixels in an image are one segment: stuff, as opposed to things. */
  default List<Integer> stuff() {
    return List.of();
  }

  /** The parts of the image that show one object each, in the order of the objects. */
  default List<Cutout> cutouts(R result) {
    return List.of();
  }

  /** The kinds of files beside the picture and what their names end in. */
  default Map<String, String> files() {
    return Map.of();
  }

  /** Writes a file of {@link #files}. */
  default void write(String kind, R result, Path file) throws IOException {
    throw new IllegalArgumentException("there are no files of the kind '" + kind + "'");
  }

  /** The name of a class, or its number where there is none. */
  static String name(List<String> classes, int label) {
    return label < classes.size() ? classes.get(label) : Integer.toString(label);
  }
}
