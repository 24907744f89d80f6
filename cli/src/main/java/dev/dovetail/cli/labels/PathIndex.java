package dev.dovetail.cli.labels;

import dev.dovetail.files.WrittenName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds images by paths that may have different leading directories. The paths {@code train/a} and
 * {@code ./images/train/a} match each other; {@code a} also matches if the name is unique.
 */
public final class PathIndex<T> {

  private final Map<String, Set<T>> byPath = new HashMap<>();
  private final Map<String, Set<T>> byEnd = new HashMap<>();

  /** Adds an image by its path without extension. */
  public void add(String path, T image) {
    for (String reading : readings(path)) {
      byPath.computeIfAbsent(reading, p -> new LinkedHashSet<>()).add(image);
      ends(reading).forEach(e -> byEnd.computeIfAbsent(e, p -> new LinkedHashSet<>()).add(image));
    }
  }

  /** Returns the images that a path without extension matches. */
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

  /** Returns the possible forms of a path. */
  private static Set<String> readings(String path) {
    Set<String> readings = new LinkedHashSet<>();
    for (String reading : new WrittenName(path).readings()) {
      readings.add(reading.replaceFirst("^(\\.?/)+", ""));
    }
    return readings;
  }

  /** Returns the path and its suffixes without leading directories, longest first. */
  private static List<String> ends(String path) {
    List<String> ends = new ArrayList<>(List.of(path));
    for (int i = path.indexOf('/'); i >= 0; i = path.indexOf('/', i + 1)) {
      ends.add(path.substring(i + 1));
    }
    return ends;
  }
}
