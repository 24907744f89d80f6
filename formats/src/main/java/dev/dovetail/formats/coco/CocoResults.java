package dev.dovetail.formats.coco;

import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.mask.Segmentation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A COCO list of results: detections in the order of the file, as columns.
 *
 * <p>As in {@code COCO.loadRes}, the first row determines the kind of list, and thereby the source
 * of a detection's area.
 *
 * <p>String ids and file names have no meaning without a ground truth. {@link #matchedTo} returns
 * the same rows with the ids of a ground truth.
 */
public final class CocoResults {

  /** The kind of a list of results, determined by its first row. */
  public enum Kind {
    /** Boxes. The area of every row is that of its box, even if masks are evaluated. */
    BOXES,
    /**
     * Segmentations without boxes. The area is that of the mask, as is the box of a row without
     * one.
     */
    MASKS,
    /** Only keypoints. Their bounding box is the box and determines the area. */
    KEYPOINTS
  }

  static final String LIST = "results";

  private static final double[] NO_KEYPOINTS = {};

  private final String source;
  private final Kind kind;
  private final int size;
  private final long[] imageIds;
  private final long[] categoryIds;
  private final double[] scores;
  private final double[] boxes;
  private final Segmentation[] segmentations;
  private final double[][] keypoints;
  private final String[] imageTexts;
  private final String[] categoryTexts;
  private final String[] categoryNames;
  private final String[] fileNames;
  private final Unread unread;

  CocoResults(String source, CocoResultsBuilder b) {
    this.source = source;
    kind = b.kind;
    size = b.size;
    imageIds = b.imageIds;
    categoryIds = b.categoryIds;
    scores = b.scores;
    boxes = b.boxes;
    segmentations = b.segmentations;
    keypoints = b.keypoints;
    imageTexts = b.imageTexts;
    categoryTexts = b.categoryTexts;
    categoryNames = b.categoryNames;
    fileNames = b.fileNames;
    unread = b.unread;
  }

  /** Copies the rows of another list, with the ids of a ground truth. */
  private CocoResults(CocoResults rows, long[] imageIds, long[] categoryIds) {
    source = rows.source;
    kind = rows.kind;
    size = rows.size;
    this.imageIds = imageIds;
    this.categoryIds = categoryIds;
    scores = rows.scores;
    boxes = rows.boxes;
    segmentations = rows.segmentations;
    keypoints = rows.keypoints;
    imageTexts = null;
    categoryTexts = rows.categoryTexts;
    categoryNames = null;
    fileNames = null;
    unread = rows.unread;
  }

  /**
   * Returns the same rows with the ids of a ground truth instead of strings and file names, see
   * {@link ImageMatch}.
   *
   * @param truth the ground truth
   * @param warnings counts rows that were not matched by their original id
   * @return the rows
   * @throws FormatException if a string id is not in the ground truth, or ids are strings in one
   *     file and numbers in the other; with {@link Strictness#STRICT}, also for the counted rows
   */
  public CocoResults matchedTo(CocoDataset truth, Warnings warnings) throws FormatException {
    boolean asTheyAre = imageTexts == null && fileNames == null && !truth.ids().images().areTexts();
    long[] images =
        asTheyAre ? imageIds : ImageMatch.of(truth).match(new ImageRows(), true, warnings);
    long[] categories =
        categoryTexts == null && categoryNames == null && !truth.ids().categories().areTexts()
            ? categoryIds
            : categories(truth, warnings);
    return images == imageIds && categories == categoryIds
        ? this
        : new CocoResults(this, images, categories);
  }

  private final class ImageRows implements ImageMatch.Rows {
    @Override
    public int size() {
      return size;
    }

    @Override
    public String text(int row) {
      return imageTexts == null ? null : imageTexts[row];
    }

    @Override
    public long number(int row) {
      return imageIds[row];
    }

    @Override
    public String fileName(int row) {
      return fileNames == null ? null : fileNames[row];
    }

    @Override
    public String describe(int row) {
      return CocoResults.this.describe(row);
    }
  }

  /** Returns the category ids. Each unlisted string gets a different negative number. */
  private long[] categories(CocoDataset truth, Warnings warnings) throws FormatException {
    if (categoryNames != null) {
      CategoryMatch match = new CategoryMatch(truth);
      if (match.isByName(this, categoryNames)) {
        return match.byName(this, categoryNames, warnings);
      }
      if (categoryTexts == null && !truth.ids().categories().areTexts()) {
        return categoryIds;
      }
    }
    IdNames listed = truth.ids().categories();
    Map<String, Long> unlisted = new HashMap<>();
    long[] ids = new long[size];
    for (int row = 0; row < size; row++) {
      String text = categoryTexts == null ? null : categoryTexts[row];
      if ((text != null) != listed.areTexts() && !truth.categories().isEmpty()) {
        throw new FormatException(
            describe(row)
                + (".category_id: is " + category(row) + ", but the category ids of ")
                + truth.source()
                + (" are " + listed.kind(truth.categories().get(0).id()))
                + "; use the same ids in both files");
      }
      OptionalLong known = text == null ? OptionalLong.empty() : listed.find(text);
      ids[row] =
          known.isPresent() && listed.areTexts()
              ? known.getAsLong()
              : unlisted.computeIfAbsent(category(row), t -> -1L - unlisted.size());
    }
    return ids;
  }

  /** Returns the original strings that identify a row, for tests. */
  String texts(int row) {
    return Stream.of(imageTexts, categoryTexts, fileNames)
        .map(texts -> texts == null ? null : texts[row])
        .map(String::valueOf)
        .collect(Collectors.joining(", "));
  }

  /**
   * {@return the original category of a row, for messages}
   *
   * @param row its index
   */
  public String category(int row) {
    return categoryTexts == null || categoryTexts[row] == null
        ? Long.toString(categoryIds[row])
        : "\"" + categoryTexts[row] + "\"";
  }

  /**
   * Checks that a required value could be read.
   *
   * @param row its index
   * @param field the name of the field
   * @throws FormatException if the value could not be read, with the reason
   */
  public void requireRead(int row, String field) throws FormatException {
    Optional<String> problem = unread.problem(LIST, row, field);
    if (problem.isPresent()) {
      throw new FormatException(problem.get());
    }
  }

  /**
   * Reads a list of results, plain or compressed with gzip, in one pass.
   *
   * @param file the file
   * @param warnings collects anomalies
   * @return the detections
   * @throws FormatException if it is not a list of detections, a row lacks a field that its kind
   *     requires, or a score or box is not a number
   */
  public static CocoResults read(Path file, Warnings warnings) throws IOException {
    CocoResults results = ResultChunks.read(file);
    results.unread.warn(warnings);
    if (results.size() == 0) {
      warnings.add("empty lists of results (treated as no detections)", () -> results.source);
    }
    return results;
  }

  /**
   * Reads a list of results like {@link #read}, but only with Jackson, for comparisons.
   *
   * @param file the file
   * @return the detections
   * @throws FormatException for the reasons of {@link #read}
   */
  public static CocoResults readWithJackson(Path file) throws IOException {
    JsonSource.requireFile(file);
    return JsonSource.readWithJackson(file, file, in -> new CocoResultsReader(in).read());
  }

  /**
   * Returns an empty list.
   *
   * @return no detections
   */
  public static CocoResults none() {
    return new CocoResults("no detections", new CocoResultsBuilder(Kind.BOXES));
  }

  /** {@return the name in messages, usually the file} */
  public String source() {
    return source;
  }

  /** {@return the kind of the rows} */
  public Kind kind() {
    return kind;
  }

  /** {@return the category names of the rows in alphabetical order; empty without names} */
  public List<String> categoryNames() {
    return categoryNames == null
        ? List.of()
        : Stream.of(categoryNames).filter(Objects::nonNull).distinct().sorted().toList();
  }

  /** {@return the number of detections} */
  public int size() {
    return size;
  }

  /**
   * {@return the id of the image}
   *
   * @param row its index
   */
  public long imageId(int row) {
    return imageIds[row];
  }

  /**
   * {@return the id of the category}
   *
   * @param row its index
   */
  public long categoryId(int row) {
    return categoryIds[row];
  }

  /**
   * {@return the score}
   *
   * @param row its index
   */
  public double score(int row) {
    return scores[row];
  }

  /**
   * {@return whether the row has its own box}
   *
   * @param row its index
   */
  public boolean hasBox(int row) {
    return !Double.isNaN(boxes[4 * row]);
  }

  /**
   * Copies the box of a row; NaN if it has none.
   *
   * @param row its index
   * @param into receives left, top, width and height in pixels
   * @param at the index of the first value in {@code into}
   */
  public void box(int row, double[] into, int at) {
    System.arraycopy(boxes, 4 * row, into, at, 4);
  }

  /**
   * {@return the segmentation of a row; {@link Segmentation.Absent} if it has none}
   *
   * @param row its index
   */
  public Segmentation segmentation(int row) {
    return segmentations == null || segmentations[row] == null
        ? Segmentation.Absent.INSTANCE
        : segmentations[row];
  }

  /**
   * {@return x, y and a third value of each keypoint of a row; empty if it has none}
   *
   * @param row its index
   */
  public double[] keypoints(int row) {
    return keypoints == null || keypoints[row] == null ? NO_KEYPOINTS : keypoints[row];
  }

  /**
   * {@return the name of a row in messages: {@code dt.json: results[17]}}
   *
   * @param row its index
   */
  public String describe(int row) {
    return source + ": " + LIST + "[" + row + "]";
  }
}
