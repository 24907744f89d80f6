package dev.dovetail.cli.labels;

import dev.dovetail.files.WrittenName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds images by paths that may begin elsewhere: {@code train/a}, {@code ./images/train/a} and, if
 * there is no other of that name, {@code a} are one.
 */
public final class PathIndex<T> {

  private final Map<String, Set<T>> byPath = new HashMap<>();
  private final Map<String, Set<T>> byEnd = new HashMap<>();

  /** Adds an image by its path without the ending. */
  public void add(String path, T image) {
    for (String reading : readings(path)) {
      byPath.computeIfAbsent(reading, p -> new LinkedHashSet<>()).add(image);
      ends(reading).forEach(e -> byEnd.computeIfAbsent(e, p -> new LinkedHashSet<>()).add(image));
    }
  }

  /** The images that a path without the ending may stand for. */
  public List<T> find(String path) {
    for (String reading : readings(path)) {
      for (String end : ends(reading)) {
        if (byPath.containsKey(end)) {
          return List.copyOf(byPath.get(end));
        }
      }
      if (byEnd.containsKey(reading)) {
        return List.copyOf(byEnd.get(reading));
      }
    }
    return List.of();
  }

  /** What a path as it is written may mean. */
  private static Set<String> readings(String path) {
    Set<String> readings = new LinkedHashSet<>();
    for (String reading : new WrittenName(path).readings()) {
      readings.add(reading.replaceFirst("^(\\.?/)+", ""));
    }
    return readings;
  }

  /** The path, and what is left of it without its first folders, longest first. */
  private static List<String> ends(String path) {
    List<String> ends = new ArrayList<>(List.of(path));
    for (int i = path.indexOf('/'); i >= 0; i = path.indexOf('/', i + 1)) {
      ends.add(path.substring(i + 1));
    }
    return ends;
  }
}
