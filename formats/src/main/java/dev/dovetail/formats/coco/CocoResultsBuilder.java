package dev.dovetail.formats.coco;

import dev.dovetail.formats.coco.CocoResults.Kind;
import dev.dovetail.formats.mask.Segmentation;
import java.util.Arrays;

/** Builds a list of results row by row. */
public final class CocoResultsBuilder {

  private static final double[] NO_BOX = {Double.NaN, Double.NaN, Double.NaN, Double.NaN};

  final Kind kind;
  int size;
  long[] imageIds = new long[64];
  long[] categoryIds = new long[64];
  double[] scores = new double[64];
  double[] boxes = new double[4 * 64];
  Segmentation[] segmentations;
  double[][] keypoints;
  String[] imageTexts;
  String[] categoryTexts;
  String[] categoryNames;
  String[] fileNames;
  final Unread unread;

  /**
   * Creates an empty list.
   *
   * @param kind of its rows, see {@link CocoResults}
   */
  public CocoResultsBuilder(Kind kind) {
    this(kind, new Unread());
  }

  /**
   * Creates an empty list of a kind.
   *
   * @param unread the values of these rows that could not be read
   */
  CocoResultsBuilder(Kind kind, Unread unread) {
    this.kind = kind;
    this.unread = unread;
  }

  Kind kind() {
    return kind;
  }

  /**
   * Appends a row.
   *
   * @param imageId of the ground truth
   * @param categoryId of the ground truth
   * @param score of the detection
   * @param box left, top, width and height; null for none
   * @param segmentation the mask; null for none
   * @param points x, y and a third value of each keypoint; null for none
   */
  public void add(
      long imageId,
      long categoryId,
      double score,
      double[] box,
      Segmentation segmentation,
      double[] points) {
    if (size == scores.length) {
      reserve(2 * size);
    }
    imageIds[size] = imageId;
    categoryIds[size] = categoryId;
    scores[size] = score;
    System.arraycopy(box == null ? NO_BOX : box, 0, boxes, 4 * size, 4);
    if (segmentation != null) {
      if (segmentations == null) {
        segmentations = new Segmentation[scores.length];
      }
      segmentations[size] = segmentation;
    }
    if (points != null) {
      if (keypoints == null) {
        keypoints = new double[scores.length][];
      }
      keypoints[size] = points;
    }
    size++;
  }

  /**
   * Sets the strings that identify the next row.
   *
   * @param image its image_id if that is a string, otherwise null
   * @param category its category_id if that is a string, otherwise null
   * @param categoryName the name of its category; null for none
   * @param fileName of its image; null for none
   */
  void names(String image, String category, String categoryName, String fileName) {
    if (size == scores.length) {
      reserve(2 * size);
    }
    imageTexts = with(imageTexts, image);
    categoryTexts = with(categoryTexts, category);
    categoryNames = with(categoryNames, categoryName);
    fileNames = with(fileNames, fileName);
  }

  private String[] with(String[] column, String text) {
    if (text == null) {
      return column;
    }
    String[] texts = column == null ? new String[scores.length] : column;
    texts[size] = text;
    return texts;
  }

  private String[] joined(String[] column, String[] more, int count) {
    if (more == null) {
      return column;
    }
    String[] texts = column == null ? new String[scores.length] : column;
    System.arraycopy(more, 0, texts, size, count);
    return texts;
  }

  /** Appends the rows of another builder of the same kind. */
  void addAll(CocoResultsBuilder other) {
    reserve(size + other.size);
    System.arraycopy(other.imageIds, 0, imageIds, size, other.size);
    System.arraycopy(other.categoryIds, 0, categoryIds, size, other.size);
    System.arraycopy(other.scores, 0, scores, size, other.size);
    System.arraycopy(other.boxes, 0, boxes, 4 * size, 4 * other.size);
    if (other.segmentations != null) {
      segmentations = segmentations == null ? new Segmentation[scores.length] : segmentations;
      System.arraycopy(other.segmentations, 0, segmentations, size, other.size);
    }
    if (other.keypoints != null) {
      keypoints = keypoints == null ? new double[scores.length][] : keypoints;
      System.arraycopy(other.keypoints, 0, keypoints, size, other.size);
    }
    imageTexts = joined(imageTexts, other.imageTexts, other.size);
    categoryTexts = joined(categoryTexts, other.categoryTexts, other.size);
    categoryNames = joined(categoryNames, other.categoryNames, other.size);
    fileNames = joined(fileNames, other.fileNames, other.size);
    size += other.size;
  }

  /** Grows the columns to a total number of rows. */
  void reserve(int capacity) {
    if (capacity <= scores.length) {
      return;
    }
    imageIds = Arrays.copyOf(imageIds, capacity);
    categoryIds = Arrays.copyOf(categoryIds, capacity);
    scores = Arrays.copyOf(scores, capacity);
    boxes = Arrays.copyOf(boxes, Math.multiplyExact(4, capacity));
    if (segmentations != null) {
      segmentations = Arrays.copyOf(segmentations, capacity);
    }
    if (keypoints != null) {
      keypoints = Arrays.copyOf(keypoints, capacity);
    }
    imageTexts = imageTexts == null ? null : Arrays.copyOf(imageTexts, capacity);
    categoryTexts = categoryTexts == null ? null : Arrays.copyOf(categoryTexts, capacity);
    categoryNames = categoryNames == null ? null : Arrays.copyOf(categoryNames, capacity);
    fileNames = fileNames == null ? null : Arrays.copyOf(fileNames, capacity);
  }

  int size() {
    return size;
  }

  /**
   * {@return the list of results}
   *
   * @param source the name in messages, usually the file
   */
  public CocoResults build(String source) {
    return new CocoResults(source, this);
  }
}
