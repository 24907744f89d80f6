package dev.dovetail.formats;

import java.util.List;

/**
 * An image and what is to be seen in it, whatever format it was read from.
 *
 * @param source what messages call the place that it was read from: a file, or a file and a record
 * @param name what files about the image are called: a path below a folder, without an ending
 * @param fileName the file of the image as annotations name it
 * @param size of the upright image
 * @param objects in the order of the file
 */
public record LabelledImage(
    String source, String name, String fileName, Size size, List<LabelledObject> objects) {

  /**
   * Copies the list.
   *
   * @param source what messages call the place that it was read from
   * @param name what files about the image are called
   * @param fileName the file of the image as annotations name it
   * @param size of the upright image
   * @param objects in the order of the file
   */
  public LabelledImage {
    objects = List.copyOf(objects);
  }

  /**
   * {@return the same image with other objects}
   *
   * @param others in their order
   */
  public LabelledImage with(List<LabelledObject> others) {
    return new LabelledImage(source, name, fileName, size, others);
  }

  /** {@return the last part of {@link #fileName}} */
  public String baseName() {
    return fileName.substring(Math.max(fileName.lastIndexOf('/'), fileName.lastIndexOf('\\')) + 1);
  }

  /**
   * {@return a path without the ending of its last part}
   *
   * @param path with {@code /} or a backslash between its parts
   */
  public static String stem(String path) {
    int last = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1;
    int dot = path.lastIndexOf('.');
    return dot > last ? path.substring(0, dot) : path;
  }
}
