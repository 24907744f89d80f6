package dev.dovetail.spark;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The names of the images of a ground truth. A path matches the longest name that it ends with. */
final class ImageNames {

  private final List<String> names;
  private final Map<String, Integer> indices = new HashMap<>();

  /**
   * @param names the names of the images in order, relative to any directory
   * @param source the name of the ground truth in messages
   * @throws IllegalArgumentException if two images have the same name
   */
  ImageNames(List<String> names, String source) {
    this.names = List.copyOf(names);
    for (String name : names) {
      if (indices.putIfAbsent(name, indices.size()) != null) {
        throw new IllegalArgumentException(
            source + " contains two images named '" + name + "', so that paths are ambiguous");
      }
    }
  }

  int size() {
    return names.size();
  }

  String name(int image) {
    return names.get(image);
  }

  /** Returns the index of the image with the longest name that a path ends with, or -1. */
  int find(String path) {
    for (int from = 0; ; ) {
      Integer index = indices.get(path.substring(from));
      if (index != null) {
        return index;
      }
      int slash = path.indexOf('/', from);
      if (slash < 0) {
        return -1;
      }
      from = slash + 1;
    }
  }

  /** Returns a path without the extension of its file name. */
  static String withoutEnding(String path) {
    int dot = path.lastIndexOf('.');
    return dot > path.lastIndexOf('/') + 1 ? path.substring(0, dot) : path;
  }
}
