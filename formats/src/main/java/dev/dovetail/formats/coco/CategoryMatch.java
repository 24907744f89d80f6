package dev.dovetail.formats.coco;

import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.Warnings;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Finds the categories of a ground truth by name. A model has the names of its classes, but not the
 * ids of a data set. Names are used if every row of a list has a {@code category_name}, the ids do
 * not match the names, and the ground truth has at least one of the names.
 */
final class CategoryMatch {

  private static final long SEVERAL = Long.MIN_VALUE;

  private final CocoDataset truth;
  private final Map<String, Long> byName = new HashMap<>();
  private final Map<Long, String> names = new HashMap<>();

  CategoryMatch(CocoDataset truth) {
    this.truth = truth;
    for (CocoCategory category : truth.categories()) {
      names.put(category.id(), category.name());
      byName.merge(category.name(), category.id(), (one, other) -> SEVERAL);
    }
  }

  /** Returns whether categories are matched by name, because the ids do not match. */
  boolean isByName(CocoResults rows, String... categoryNames) {
    boolean known = false;
    boolean fits = !truth.ids().categories().areTexts();
    for (int row = 0; row < rows.size(); row++) {
      String name = categoryNames[row];
      if (name == null) {
        return false;
      }
      known |= byName.containsKey(name);
      fits &= Objects.equals(names.get(rows.categoryId(row)), name);
    }
    return known && !fits;
  }

  /** Returns the ids by name. Each unlisted name gets a different negative number. */
  long[] byName(CocoResults rows, String[] categoryNames, Warnings warnings)
      throws FormatException {
    Map<String, Long> unlisted = new HashMap<>();
    long[] ids = new long[rows.size()];
    for (int row = 0; row < ids.length; row++) {
      String name = categoryNames[row];
      Long id = byName.get(name);
      if (id != null && id == SEVERAL) {
        throw new FormatException(
            rows.describe(row)
                + (".category_name: \"" + name + "\" is the name of several categories of ")
                + truth.source()
                + "; use the ids of that file");
      }
      int at = row;
      warnings.add(
          "predictions matched by category_name (their category_id is not that of the ground"
              + " truth)",
          () -> rows.describe(at) + ".category_name: " + name);
      ids[row] = id != null ? id : unlisted.computeIfAbsent(name, n -> -1L - unlisted.size());
    }
    return ids;
  }
}
