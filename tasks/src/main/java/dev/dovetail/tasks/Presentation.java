package dev.dovetail.tasks;

import dev.dovetail.images.Image;
import dev.dovetail.images.draw.DrawingStyle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The presentation of a task's results.
 *
 * @param <R> the task's result for one image
 */
public interface Presentation<R> {

  /** Returns the column headers of the table after the image's name. */
  List<String> columns();

  /** Returns the rows of a result in that table, usually one. */
  List<List<String>> rows(R result);

  /**
   * Returns a result as JSON values: maps, lists, strings and numbers.
   *
   * @param files the files written by {@link #write}, by their kind
   */
  Map<String, Object> json(R result, Map<String, String> files);

  /** Returns a copy of the image with the result drawn on it; empty if there is nothing to draw. */
  Optional<Image> picture(Image image, R result, DrawingStyle style);

  /** Returns whether {@link #picture} is supported. */
  boolean draws();

  /** Returns whether {@link #cutouts} is supported. */
  default boolean findsObjects() {
    return false;
  }

  /** Returns the stuff classes: an image has at most one segment of each. */
  default List<Integer> stuff() {
    return List.of();
  }

  /** Returns the regions of the objects in their order. */
  default List<Cutout> cutouts(R result) {
    return List.of();
  }

  /** Returns the kinds of files besides the picture, with the suffixes of their names. */
  default Map<String, String> files() {
    return Map.of();
  }

  /** Writes a file of a kind in {@link #files}. */
  default void write(String kind, R result, Path file) throws IOException {
    throw new IllegalArgumentException("unknown kind of file '" + kind + "'");
  }

  /** Returns the name of a class, or its number if it has no name. */
  static String name(List<String> classes, int label) {
    return label < classes.size() ? classes.get(label) : Integer.toString(label);
  }
}
