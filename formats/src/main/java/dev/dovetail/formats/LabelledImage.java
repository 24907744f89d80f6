package dev.dovetail.formats;

import java.util.List;

/**
 * An image with its annotated objects, independent of the file format.
 *
 * @param source the location in messages: a file, or a file and a record
 * @param name the base name of files about the image: a path below a directory, without extension
 * @param fileName the file name of the image in the annotations
 * @param size of the upright image
 * @param objects in the order of the file
 */
public record LabelledImage(
    String source, String name, String fileName, Size size, List<LabelledObject> objects) {

  /**
   * Copies the list.
   *
   * @param source the location in messages
   * @param name the base name of files about the image
   * @param fileName the file name of the image in the annotations
   * @param size of the upright image
   * @param objects in the order of the file
   */
  public LabelledImage {
    objects = List.copyOf(objects);
  }

  /**
   * {@return this image with other objects}
   *
   * @param others the objects, in order
   */
  public LabelledImage with(List<LabelledObject> others) {
    return new LabelledImage(source, name, fileName, size, others);
  }

  /** {@return the last part of {@link #fileName}} */
  public String baseName() {
    return fileName.substring(Math.max(fileName.lastIndexOf('/'), fileName.lastIndexOf('\\')) + 1);
  }

  /**
   * {@return a path without the extension of its last part}
   *
   * @param path with {@code /} or a backslash between its parts
   */
  public static String stem(String path) {
    int last = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1;
    int dot = path.lastIndexOf('.');
    return dot > last ? path.substring(0, dot) : path;
  }
}
