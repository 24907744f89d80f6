package dev.dovetail.formats.coco;

import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.coco.CocoResults.Kind;
import dev.dovetail.formats.mask.Segmentation;
import java.io.IOException;
import java.util.Optional;

/** Streams a list of results into columns. Each reader reads one file. */
final class CocoResultsReader {

  private final JsonSource in;
  private final SegmentationReader segmentations = new SegmentationReader();
  private final JsonSource.Body<Segmentation> segmentationBody = this::segmentation;
  private final JsonSource.Body<double[]> keypointsBody = this::keypoints;
  private final Unread unread = new Unread();
  private final double[] box = new double[4];

  private int number;
  private long imageId;
  private long categoryId;
  private double score;
  private boolean hasImage;
  private boolean hasCategory;
  private boolean hasScore;
  private boolean hasBox;
  private Segmentation segmentation;
  private double[] keypoints;
  private String imageText;
  private String categoryText;
  private String categoryName;
  private String fileName;

  CocoResultsReader(JsonSource in) {
    this.in = in;
  }

  /** Reads the file as one list. */
  CocoResults read() throws IOException {
    in.expectArray("results");
    CocoResultsBuilder rows = new CocoResultsBuilder(Kind.BOXES);
    for (number = 0; in.nextElement(); number++) {
      in.at(CocoResults.LIST, number);
      row();
      if (number == 0) {
        rows = new CocoResultsBuilder(kind(), unread);
      }
      addTo(rows);
    }
    in.at("", -1);
    return new CocoResults(in.name(), rows);
  }

  /** Reads the current element and returns the kind of a list that begins with it. */
  Kind firstRow() throws IOException {
    row();
    return kind();
  }

  /** Reads the current element into rows of a known kind. */
  void row(CocoResultsBuilder rows) throws IOException {
    row();
    addTo(rows);
  }

  private void addTo(CocoResultsBuilder rows) throws IOException {
    check(rows.kind());
    if (imageText != null || categoryText != null || categoryName != null || fileName != null) {
      rows.names(imageText, categoryText, categoryName, fileName);
    }
    rows.add(imageId, categoryId, score, hasBox ? box : null, segmentation, keypoints);
  }

  private void row() throws IOException {
    in.expectObject("");
    imageId = 0;
    categoryId = 0;
    hasImage = false;
    hasCategory = false;
    hasScore = false;
    hasBox = false;
    segmentation = null;
    keypoints = null;
    imageText = null;
    categoryText = null;
    categoryName = null;
    fileName = null;
    for (String name = in.nextField(); name != null; name = in.nextField()) {
      switch (name) {
        case "image_id" -> {
          if (in.kind() == JsonSource.Kind.TEXT) {
            imageText = in.text(name);
          } else {
            imageId = in.integer(name);
          }
          hasImage = true;
        }
        case "category_id" -> {
          if (in.kind() == JsonSource.Kind.TEXT) {
            categoryText = in.text(name);
          } else {
            categoryId = in.integer(name);
          }
          hasCategory = true;
        }
        case "file_name" -> fileName = textOrSkipped(name);
        case "category_name" -> categoryName = textOrSkipped(name);
        case "score" -> {
          score = in.number(name);
          hasScore = true;
        }
        case "bbox" -> hasBox = in.box(name, box);
        case "segmentation" -> segmentation = orAbsent(name, segmentationBody);
        case "keypoints" -> keypoints = orAbsent(name, keypointsBody);
        default -> in.skip();
      }
    }
    if (!hasImage && fileName != null) {
      imageText = fileName;
      hasImage = true;
    }
  }

  private String textOrSkipped(String name) throws IOException {
    if (in.kind() == JsonSource.Kind.TEXT) {
      return in.text(name);
    }
    in.skip();
    return null;
  }

  private <T> T orAbsent(String field, JsonSource.Body<T> body) throws IOException {
    return unread.orAbsent(in, CocoResults.LIST, number, field, null, body);
  }

  private Segmentation segmentation(JsonSource source) throws IOException {
    Segmentation read = segmentations.read(source);
    return read instanceof Segmentation.Absent ? null : read;
  }

  private double[] keypoints(JsonSource source) throws IOException {
    return source.isNull() ? null : source.finites("keypoints");
  }

  private boolean has(Object value, String field) {
    return value != null || unread.problem(CocoResults.LIST, number, field).isPresent();
  }

  private void requireRead(String field) throws FormatException {
    Optional<String> problem = unread.problem(CocoResults.LIST, number, field);
    if (problem.isPresent()) {
      throw new FormatException(problem.get());
    }
  }

  private Kind kind() throws FormatException {
    if (hasBox) {
      return Kind.BOXES;
    }
    if (has(segmentation, "segmentation")) {
      return Kind.MASKS;
    }
    if (has(keypoints, "keypoints")) {
      return Kind.KEYPOINTS;
    }
    throw in.error("", "the first detection has no bbox, no segmentation and no keypoints");
  }

  private void check(Kind kind) throws FormatException {
    require(hasImage, "image_id");
    require(hasCategory, "category_id");
    require(hasScore, "score");
    switch (kind) {
      case BOXES -> {
        if (!hasBox) {
          throw in.error("", "missing \"bbox\"; all detections need one because the first has one");
        }
      }
      case MASKS -> {
        requireRead("segmentation");
        if (!(segmentation instanceof Segmentation.CompressedRle)) {
          throw in.error(
              "segmentation",
              "expected run lengths with a compressed count string, which a detection without bbox"
                  + " requires");
        }
      }
      case KEYPOINTS -> {
        requireRead("keypoints");
        require(keypoints != null, "keypoints");
      }
    }
  }

  private void require(boolean present, String field) throws FormatException {
    if (!present) {
      throw in.error("", "missing \"" + field + "\"");
    }
  }
}
