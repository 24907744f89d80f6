package dev.dovetail.tasks;

import dev.dovetail.formats.coco.CocoCategory;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * Which category of a data set each of a model's labels is.
 *
 * @param categoryIds [labels]; {@link #NONE} for a label that no object has
 */
public record ClassMapping(long[] categoryIds) {

  /** Stands for no category. */
  public static final long NONE = Long.MIN_VALUE;

  /**
   * What publishers call outputs that no object has: COCO's ids without a category, and the
   * background (torchvision, DETR).
   */
  private static final Set<String> UNUSED = Set.of("N/A", "__background__");

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
    return of(names, labels, categories, source, Set.of());
  }

  /**
   * The same for models with outputs that no object has: those called {@code N/A} or {@code
   * __background__} are no category, unless the data set has one of that name.
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

  /** Whether a name stands for an output that no object has; several outputs may have it. */
  public static boolean isUnused(String name) {
    return UNUSED.contains(name);
  }

  /** Whether a label is a category of the data set. */
  public boolean isCategory(int label) {
    return categoryIds[label] != NONE;
  }

  /** The categories that labels are, ascending. */
  public long[] categories() {
    return LongStream.of(categoryIds).filter(id -> id != NONE).distinct().sorted().toArray();
  }
}
