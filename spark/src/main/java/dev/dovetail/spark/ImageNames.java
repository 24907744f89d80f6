package dev.dovetail.spark;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which image of a ground truth a path belongs to: the one whose name the path ends in. */
final class ImageNames {

  private final List<String> names;
  private final Map<String, Integer> places = new HashMap<>();

  /**
   * @param names of the images in their order, below any directory
   * @param source what messages call the ground truth
   * @throws IllegalArgumentException if two images have one name
   */
  ImageNames(List<String> names, String source) {
    this.names = List.copyOf(names);
    for (String name : names) {
      if (places.putIfAbsent(name, places.size()) != null) {
        throw new IllegalArgumentException(
            source + " lists two images called '" + name + "', which paths cannot tell apart");
      }
    }
  }

  int size() {
    return names.size();
  }

  String name(int image) {
    return names.get(image);
  }

  /** The place of the image with the longest name that a path ends in; -1 if there is none. */
  int find(String path) {
    for (int from = 0; ; ) {
      Integer place = places.get(path.substring(from));
      if (place != null) {
        return place;
      }
      int slash = path.indexOf('/', from);
      if (slash < 0) {
        return -1;
      }
      from = slash + 1;
    }
  }

  /** A path without the ending of its last name. */
  static String withoutEnding(String path) {
    int dot = path.lastIndexOf('.');
    return dot > path.lastIndexOf('/') + 1 ? path.substring(0, dot) : path;
  }
}
