package dev.dovetail.tasks;

import dev.dovetail.formats.coco.CocoCategory;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * A mapping from a model's labels to the categories of a data set.
 *
 * @param categoryIds [labels]; {@link #NONE} for an unused label
 */
public record ClassMapping(long[] categoryIds) {

  /** The absence of a category. */
  public static final long NONE = Long.MIN_VALUE;

  /**
   * The names of unused outputs in published models: COCO ids without a category, and the
   * background (torchvision, DETR).
   */
  private static final Set<String> UNUSED = Set.of("N/A", "__background__");

  /**
   * Maps labels by name if names are known, otherwise by ascending id.
   *
   * @param names the model's class names in label order; empty if unknown
   * @param labels the number of labels of the model
   * @param categories the categories of the data set
   * @param source the description of the data set in messages
   * @throws IllegalArgumentException if a class does not match exactly one category, or if names
   *     are unknown and the counts differ
   */
  public static ClassMapping of(
      List<String> names, int labels, List<CocoCategory> categories, String source) {
    return of(names, labels, categories, source, Set.of());
  }

  /**
   * Maps labels of models with unused outputs. Labels with the name {@code N/A} or {@code
   * __background__} have no category, unless the data set has a category of that name.
   *
   * @throws IllegalArgumentException as {@link #of}
   */
  public static ClassMapping withUnused(
      List<String> names, int labels, List<CocoCategory> categories, String source) {
    return of(names, labels, categories, source, UNUSED);
  }

  private static ClassMapping of(
      List<String> names,
      int labels,
      List<CocoCategory> categories,
      String source,
      Set<String> unused) {
    List<CocoCategory> ascending =
        categories.stream().sorted(Comparator.comparingLong(CocoCategory::id)).toList();
    if (names.isEmpty()) {
      if (ascending.size() != labels) {
        throw new IllegalArgumentException(
            source
                + " has "
                + ascending.size()
                + " categories, but the model has "
                + labels
                + " classes, and neither config nor checkpoint names them; specify the names"
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
                + (same.get(1).key() + "; both match class " + i + " of the model"));
      }
      if (same.isEmpty() && unused.contains(name)) {
        ids[i] = NONE;
        continue;
      }
      if (same.isEmpty()) {
        throw new IllegalArgumentException(
            "class "
                + i
                + " of the model is '"
                + name
                + "', which is not a category of "
                + source
                + (i < ascending.size()
                    ? " (there, '" + ascending.get(i).name() + "' is at this position)"
                    : "")
                + "; names must match exactly");
      }
      ids[i] = same.get(0).id();
    }
    return new ClassMapping(ids);
  }

  /** Returns whether a name marks an unused output; several outputs may have such a name. */
  public static boolean isUnused(String name) {
    return UNUSED.contains(name);
  }

  /** Returns whether a label has a category in the data set. */
  public boolean isCategory(int label) {
    return categoryIds[label] != NONE;
  }

  /** Returns the categories of all labels in ascending order. */
  public long[] categories() {
    return LongStream.of(categoryIds).filter(id -> id != NONE).distinct().sorted().toArray();
  }
}
