package dev.dovetail.formats.coco;

import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.Warnings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * Finds the images of predictions in a ground truth. The same method is used for the whole list:
 *
 * <ol>
 *   <li>by id, if all ids are in the ground truth;
 *   <li>otherwise by file name: the ids, or a {@code file_name} beside them, are the names of the
 *       images' files, with or without directories and extension, as written by Ultralytics.
 * </ol>
 *
 * A string is never treated as the number that it spells, because they are different ids in the
 * reference.
 */
public final class ImageMatch {

  private static final long NONE = Long.MIN_VALUE;

  private final String source;
  private final IdNames ids;
  private final List<Listed> images;
  private final Map<Long, Listed> byId = new HashMap<>();
  private final Map<String, Listed> byName = new HashMap<>();
  private final Map<Long, Listed> byValue = new HashMap<>();

  /** An image of the ground truth. */
  public record Listed(long id, String fileName) {}

  /** Rows of predictions. */
  public interface Rows {
    /** {@return the number of rows} */
    int size();

    /**
     * {@return the image id of a row if it is a string, otherwise null}
     *
     * @param row its index
     */
    String text(int row);

    /**
     * {@return the image id of a row if it is a number}
     *
     * @param row its index
     */
    long number(int row);

    /**
     * {@return the file name beside the image id, or null}
     *
     * @param row its index
     */
    String fileName(int row);

    /**
     * {@return the name of a row in messages}
     *
     * @param row its index
     */
    String describe(int row);
  }

  /** Represents an ambiguous name or number. */
  private static final Listed SEVERAL = new Listed(NONE, "");

  /**
   * Creates an index of a ground truth's images.
   *
   * @param source the name in messages
   * @param ids of the ground truth
   * @param images of the ground truth
   */
  public ImageMatch(String source, IdNames ids, List<Listed> images) {
    this.source = source;
    this.ids = ids;
    this.images = images;
    for (Listed image : images) {
      byId.put(image.id(), image);
      for (String name : names(image.fileName())) {
        add(byName, name, image);
      }
      OptionalLong value = value(ids.text(image.id()));
      value.ifPresent(v -> add(byValue, v, image));
    }
  }

  static ImageMatch of(CocoDataset truth) {
    return new ImageMatch(
        truth.source(),
        truth.ids().images(),
        truth.images().stream().map(i -> new Listed(i.id(), i.fileName())).toList());
  }

  private static <K> void add(Map<K, Listed> index, K key, Listed image) {
    Listed other = index.putIfAbsent(key, image);
    if (other != null && other.id() != image.id()) {
      index.put(key, SEVERAL);
    }
  }

  /**
   * Finds the image of each row.
   *
   * @param rows of predictions
   * @param sameFile whether a {@code file_name} must be that of the image; another one is then an
   *     anomaly
   * @param warnings counts rows that are not matched by their original id, or that have the file
   *     name of another image
   * @return the ids of the ground truth
   * @throws FormatException if the image of a row is not found or ambiguous
   */
  public long[] match(Rows rows, boolean sameFile, Warnings warnings) throws FormatException {
    long[] asTheyAre = new long[rows.size()];
    if (fill(rows, asTheyAre, this::asItIs) < 0) {
      if (sameFile) {
        checkFiles(rows, asTheyAre, warnings);
      }
      return asTheyAre;
    }
    long[] named = new long[rows.size()];
    if (fill(rows, named, this::named) >= 0) {
      throw unknown(rows, firstUnknown(asTheyAre, named));
    }
    for (int row = 0; row < named.length; row++) {
      int at = row;
      Listed spelled = rows.fileName(row) == null ? spelled(rows, row) : null;
      if (spelled != null && spelled.id() != named[row]) {
        throw new FormatException(
            rows.describe(row)
                + (".image_id: " + id(rows, row) + " may be " + describe(named[row]))
                + (" or " + describe(spelled.id()) + " of " + source)
                + "; use the ids of that file");
      }
      warnings.add(
          "predictions matched by file_name (their image_id is not an id of the ground truth)",
          () -> rows.describe(at) + ".image_id: " + id(rows, at) + " is " + describe(named[at]));
    }
    return named;
  }

  private interface Finder {
    Listed find(Rows rows, int row);
  }

  /** Fills in the ids and returns the first row that is not found, or -1. */
  private static int fill(Rows rows, long[] found, Finder finder) {
    int first = -1;
    for (int row = 0; row < found.length; row++) {
      Listed image = finder.find(rows, row);
      boolean unknown = image == null || image == SEVERAL;
      found[row] = unknown ? NONE : image.id();
      if (unknown && first < 0) {
        first = row;
      }
    }
    return first;
  }

  /**
   * Returns the first row that neither method finds or, if there is none, the first that is not
   * found by id.
   */
  private static int firstUnknown(long[] asTheyAre, long[] named) {
    int first = -1;
    for (int row = 0; row < named.length; row++) {
      if (asTheyAre[row] == NONE) {
        if (named[row] == NONE) {
          return row;
        }
        first = first < 0 ? row : first;
      }
    }
    return first;
  }

  private Listed asItIs(Rows rows, int row) {
    String text = rows.text(row);
    if ((text != null) != ids.areTexts()) {
      return null;
    }
    OptionalLong id = text == null ? OptionalLong.of(rows.number(row)) : ids.find(text);
    return id.isPresent() ? byId.get(id.getAsLong()) : null;
  }

  private Listed named(Rows rows, int row) {
    String name = rows.fileName(row);
    List<String> spellings;
    if (name != null) {
      spellings = names(name);
    } else {
      // The part after a dot in an id may belong to the name.
      String id = rows.text(row) == null ? Long.toString(rows.number(row)) : rows.text(row);
      spellings = names(id).stream().limit(2).toList();
    }
    return spellings.stream().map(byName::get).filter(Objects::nonNull).findFirst().orElse(null);
  }

  /** Returns the image whose id is the same number in another notation. */
  private Listed spelled(Rows rows, int row) {
    OptionalLong value =
        rows.text(row) == null ? OptionalLong.of(rows.number(row)) : value(rows.text(row));
    return value.isPresent() ? byValue.get(value.getAsLong()) : null;
  }

  /** Returns a file name unchanged, without directories, and without extension. */
  private static List<String> names(String file) {
    if (file.isEmpty()) {
      return List.of();
    }
    String base = file.substring(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
    int dot = base.lastIndexOf('.');
    return List.of(file, base, dot > 0 ? base.substring(0, dot) : base);
  }

  private static OptionalLong value(String text) {
    return text.matches("-?[0-9]{1,18}")
        ? OptionalLong.of(Long.parseLong(text))
        : OptionalLong.empty();
  }

  private void checkFiles(Rows rows, long[] found, Warnings warnings) throws FormatException {
    for (int row = 0; row < found.length; row++) {
      String name = rows.fileName(row);
      String file = byId.get(found[row]).fileName();
      if (name != null
          && !name.isEmpty()
          && !file.isEmpty()
          && !name.equals(file)
          && !names(name).get(2).equals(names(file).get(2))) {
        int at = row;
        warnings.add(
            "predictions with the file_name of another image (scored by their image_id)",
            () -> rows.describe(at) + ".file_name: " + name + " for " + describe(found[at]));
      }
    }
  }

  private FormatException unknown(Rows rows, int row) {
    if (named(rows, row) == SEVERAL) {
      return new FormatException(
          rows.describe(row)
              + (".image_id: " + id(rows, row) + " is the name of several images of " + source)
              + "; use the ids of that file");
    }
    String expected = ", which lists none";
    if (!images.isEmpty()) {
      Listed example = images.get(0);
      expected =
          "; its image ids are "
              + ids.kind(example.id())
              + (example.fileName().isEmpty()
                  ? ""
                  : ", and its file names are such as \"" + example.fileName() + "\"")
              + (spelled(rows, row) == null ? "" : "; use the same ids in both files");
    }
    String name = rows.fileName(row);
    return new FormatException(
        rows.describe(row)
            + (".image_id: " + id(rows, row))
            + (name == null || name.equals(rows.text(row)) ? "" : " (file_name \"" + name + "\")")
            + (" is not an image of " + source + expected));
  }

  private static String id(Rows rows, int row) {
    return rows.text(row) == null ? Long.toString(rows.number(row)) : "\"" + rows.text(row) + "\"";
  }

  private String describe(long id) {
    String file = byId.get(id).fileName();
    return "the image " + ids.text(id) + (file.isEmpty() ? "" : " (" + file + ")");
  }
}
