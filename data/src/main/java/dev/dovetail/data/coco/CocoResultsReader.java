package dev.dovetail.data.coco;

import dev.dovetail.data.coco.CocoResults.Kind;
import java.io.IOException;

/** Streams a result list into columns; reads one file. */
final class CocoResultsReader {

  private final JsonSource in;
  private final SegmentationReader segmentations = new SegmentationReader();
  private final double[] box = new double[4];

  private long imageId;
  private long categoryId;
  private double score;
  private boolean hasImage;
  private boolean hasCategory;
  private boolean hasScore;
  private boolean hasBox;
  private Segmentation segmentation;
  private double[] keypoints;

  CocoResultsReader(JsonSource in) {
    this.in = in;
  }

  /** Reads the file as one list. */
  CocoResults read() throws IOException {
    in.expectArray("results");
    CocoResults.Builder rows = new CocoResults.Builder(Kind.BOXES);
    for (int row = 0; in.nextElement(); row++) {
      in.at("results", row);
      row();
      if (row == 0) {
        rows = new CocoResults.Builder(kind());
      }
      addTo(rows);
    }
    in.at("", -1);
    return new CocoResults(in.name(), rows);
  }

  /** Reads the element that the source stands on and tells what kind of list it would begin. */
  Kind firstRow() throws IOException {
    row();
    return kind();
  }

  /** Reads the element that the source stands on into rows of a kind that is known. */
  void row(CocoResults.Builder rows) throws IOException {
    row();
    addTo(rows);
  }

  private void addTo(CocoResults.Builder rows) throws IOException {
    check(rows.kind());
    rows.add(imageId, categoryId, score, hasBox ? box : null, segmentation, keypoints);
  }

  private void row() throws IOException {
    in.expectObject("");
    hasImage = false;
    hasCategory = false;
    hasScore = false;
    hasBox = false;
    segmentation = null;
    keypoints = null;
    for (String name = in.nextField(); name != null; name = in.nextField()) {
      switch (name) {
        case "image_id" -> {
          imageId = in.integer(name);
          hasImage = true;
        }
        case "category_id" -> {
          categoryId = in.integer(name);
          hasCategory = true;
        }
        case "score" -> {
          score = in.number(name);
          hasScore = true;
        }
        case "bbox" -> hasBox = in.box(name, box);
        case "segmentation" -> {
          Segmentation read = segmentations.read(in);
          segmentation = read instanceof Segmentation.Absent ? null : read;
        }
        case "keypoints" -> keypoints = in.isNull() ? null : in.finites(name);
        default -> in.skip();
      }
    }
  }

  private Kind kind() throws CocoFormatException {
    if (hasBox) {
      return Kind.BOXES;
    }
    if (segmentation != null) {
      return Kind.MASKS;
    }
    if (keypoints != null) {
      return Kind.KEYPOINTS;
    }
    throw in.error("", "the first detection has no bbox, no segmentation and no keypoints");
  }

  private void check(Kind kind) throws CocoFormatException {
    require(hasImage, "image_id");
    require(hasCategory, "category_id");
    require(hasScore, "score");
    switch (kind) {
      case BOXES -> {
        if (!hasBox) {
          throw in.error("", "there is no \"bbox\", but the first detection has one; all must");
        }
      }
      case MASKS -> {
        if (!(segmentation instanceof Segmentation.CompressedRle)) {
          throw in.error(
              "segmentation",
              "expected run lengths with a compressed count string, as a detection without bbox"
                  + " must have");
        }
      }
      case KEYPOINTS -> require(keypoints != null, "keypoints");
    }
  }

  private void require(boolean present, String field) throws CocoFormatException {
    if (!present) {
      throw in.error("", "there is no \"" + field + "\"");
    }
  }
}
