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
 * A COCO result list: detections in the order of the file, held in columns.
 *
 * <p>What kind of list it is, and so where the area of a detection comes from, is decided by the
 * first row alone, as in {@code COCO.loadRes}.
 *
 * <p>Ids that are texts, and file names, mean nothing without a ground truth: {@link #matchedTo}
 * gives the same rows with its ids.
 */
public final class CocoResults {

  /** What the first row of a result list has. */
  public enum Kind {
    /** A box: it gives the area of every row, in mask evaluation too. */
    BOXES,
    /** A segmentation and no box: the mask gives area and, where a row has none, the box. */
    MASKS,
    /** Keypoints alone: their extent is the box and gives the area. */
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

  /** The rows of another with ids of a ground truth. */
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
   * The same rows with the ids of a ground truth in the place of texts and file names, see {@link
   * ImageMatch}.
   *
   * @param truth the ground truth
   * @param warnings counts rows that were not found by their id as it stands
   * @return the rows
   * @throws FormatException if ids are texts that the ground truth does not know, or texts in one
   *     file and numbers in the other; under {@link Strictness#STRICT} also for what is counted
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

  /** Texts that are not listed get numbers below 0, each its own. */
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
                + "; write them alike");
      }
      OptionalLong known = text == null ? OptionalLong.empty() : listed.find(text);
      ids[row] =
          known.isPresent() && listed.areTexts()
              ? known.getAsLong()
              : unlisted.computeIfAbsent(category(row), t -> -1L - unlisted.size());
    }
    return ids;
  }

  /** The texts that identify a row, as they stand in the file, for tests. */
  String texts(int row) {
    return Stream.of(imageTexts, categoryTexts, fileNames)
        .map(texts -> texts == null ? null : texts[row])
        .map(String::valueOf)
        .collect(Collectors.joining(", "));
  }

  /**
   * {@return the category of a row as it stands in the file, for messages}
   *
   * @param row counted from 0
   */
  public String category(int row) {
    return categoryTexts == null || categoryTexts[row] == null
        ? Long.toString(categoryIds[row])
        : "\"" + categoryTexts[row] + "\"";
  }

  /**
   * Fails if a value that is needed could not be read.
   *
   * @param row counted from 0
   * @param field the name of the field
   * @throws FormatException with what is wrong with it
   */
  public void requireRead(int row, String field) throws FormatException {
    Optional<String> problem = unread.problem(LIST, row, field);
    if (problem.isPresent()) {
      throw new FormatException(problem.get());
    }
  }

  /**
   * Reads a result list, plain or gzip, in one pass.
   *
   * @param file the file
   * @param warnings takes what is odd
   * @return the detections
   * @throws FormatException if it is not a list of detections, a row lacks what its kind needs, or
   *     a score or box is not a number
   */
  public static CocoResults read(Path file, Warnings warnings) throws IOException {
    CocoResults results = ResultChunks.read(file);
    results.unread.warn(warnings);
    if (results.size() == 0) {
      warnings.add("a result list without a row (taken as no detections)", () -> results.source);
    }
    return results;
  }

  /**
   * Reads a result list as {@link #read} does, but by Jackson alone: to compare with.
   *
   * @param file the file
   * @return the detections
   * @throws FormatException as {@link #read}
   */
  public static CocoResults readWithJackson(Path file) throws IOException {
    JsonSource.requireFile(file);
    return JsonSource.readWithJackson(file, file, in -> new CocoResultsReader(in).read());
  }

  /**
   * No detections at all.
   *
   * @return no detections
   */
  public static CocoResults none() {
    return new CocoResults("no detections", new CocoResultsBuilder(Kind.BOXES));
  }

  /** {@return what messages call it, usually the file} */
  public String source() {
    return source;
  }

  /** {@return what the rows have} */
  public Kind kind() {
    return kind;
  }

  /** {@return the names of categories that rows have, by the alphabet; empty for none} */
  public List<String> categoryNames() {
    return categoryNames == null
        ? List.of()
        : Stream.of(categoryNames).filter(Objects::nonNull).distinct().sorted().toList();
  }

  /** {@return number of detections} */
  public int size() {
    return size;
  }

  /**
   * {@return the id of the image}
   *
   * @param row counted from 0
   */
  public long imageId(int row) {
    return imageIds[row];
  }

  /**
   * {@return the id of the category}
   *
   * @param row counted from 0
   */
  public long categoryId(int row) {
    return categoryIds[row];
  }

  /**
   * {@return the score}
   *
   * @param row counted from 0
   */
  public double score(int row) {
    return scores[row];
  }

  /**
   * {@return whether the row itself has a box}
   *
   * @param row counted from 0
   */
  public boolean hasBox(int row) {
    return !Double.isNaN(boxes[4 * row]);
  }

  /**
   * Copies the box of a row, NaN where it has none.
   *
   * @param row counted from 0
   * @param into left, top, width, height in pixels, from {@code at} on
   * @param at the index in {@code into} of the first value
   */
  public void box(int row, double[] into, int at) {
    System.arraycopy(boxes, 4 * row, into, at, 4);
  }

  /**
   * {@return the segmentation of a row, {@link Segmentation.Absent} where it has none}
   *
   * @param row counted from 0
   */
  public Segmentation segmentation(int row) {
    return segmentations == null || segmentations[row] == null
        ? Segmentation.Absent.INSTANCE
        : segmentations[row];
  }

  /**
   * {@return x, y and a third value of each keypoint of a row; empty where it has none}
   *
   * @param row counted from 0
   */
  public double[] keypoints(int row) {
    return keypoints == null || keypoints[row] == null ? NO_KEYPOINTS : keypoints[row];
  }

  /**
   * {@return what messages call a row: {@code dt.json: results[17]}}
   *
   * @param row counted from 0
   */
  public String describe(int row) {
    return source + ": " + LIST + "[" + row + "]";
  }
}
