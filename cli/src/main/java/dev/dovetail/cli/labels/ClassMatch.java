package dev.dovetail.cli.labels;

import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.classification.ClassResults;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds the predicted classes of images. */
public final class ClassMatch {

  private ClassMatch() {}

  /**
   * Returns the predictions by image name, which may be the end of a path.
   *
   * @param names of all images
   * @param warnings counts predictions without an image
   */
  public static Map<String, ClassResults.Entry> of(
      List<String> names, ClassResults results, Warnings warnings) throws FormatException {
    PathIndex<String> paths = new PathIndex<>();
    results.images().keySet().forEach(path -> paths.add(path, path));
    Map<String, ClassResults.Entry> matched = new HashMap<>();
    Set<String> others = new LinkedHashSet<>(results.images().keySet());
    for (String name : names) {
      List<String> found = results.images().containsKey(name) ? List.of(name) : paths.find(name);
      if (found.size() == 1 && found.get(0).replace('\\', '/').endsWith(name)) {
        matched.put(name, results.images().get(found.get(0)));
        others.remove(found.get(0));
      }
    }
    for (String other : others) {
      warnings.add(
          "predictions without a ground truth (ignored)",
          () -> results.images().get(other).place() + ": " + other);
    }
    return matched;
  }
}
