package dev.dovetail.tasks;

import dev.dovetail.formats.coco.CocoCategory;
import java.util.Comparator;
import java.util.List;

/**
 * Which category of a data set each of a model's labels is.
 *
 * @param categoryIds [labels]
 */
public record ClassMapping(long[] categoryIds) {

  /**
   * Maps by name where names are known, else by ascending id.
   *
   * @param names the model's class names in label order; empty if unknown
   * @param labels how many labels the model has
   * @param categories of the data set
   * @param source what messages call the data set
   * @throws IllegalArgumentException if a class is no category of the data set or two, or without
   *     names the counts differ
   */
  public static ClassMapping of(
      List<String> names, int labels, List<CocoCategory> categories, String source) {
    List<CocoCategory> ascending =
        categories.stream().sorted(Comparator.comparingLong(CocoCategory::id)).toList();
    if (names.isEmpty()) {
      if (ascending.size() != labels) {
        throw new IllegalArgumentException(
            source
                + " has "
                + ascending.size()
                + " categories, but the model tells "
                + labels
                + " classes apart and neither config nor checkpoint names them; give the names"
                + " as 'classes' in the config");
      }
      return new ClassMapping(ascending.stream().mapToLong(CocoCategory::id).toArray());
    }
    if (names.size() != labels) {
      throw new IllegalArgumentException(
          "there are " + names.size() + " class names for the model's " + labels + " classes");
    }
    long[] ids = new long[labels];
    for (int i = 0; i < labels; i++) {
      String name = names.get(i);
      List<CocoCategory> same = ascending.stream().filter(c -> c.name().equals(name)).toList();
      if (same.size() > 1) {
        throw new IllegalArgumentException(
            source
                + (" has two categories '" + name + "', the ids " + same.get(0).key() + " and ")
                + (same.get(1).key() + ": which one is class " + i + " of the model?"));
      }
      if (same.isEmpty()) {
        throw new IllegalArgumentException(
            "class "
                + i
                + " of the model is '"
                + name
                + "', which is no category of "
                + source
                + (i < ascending.size()
                    ? " (there, '" + ascending.get(i).name() + "' is in this place)"
                    : "")
                + "; the names must be equal");
      }
      ids[i] = same.get(0).id();
    }
    return new ClassMapping(ids);
  }
}
