package dev.dovetail.data.coco;

import dev.dovetail.data.coco.CocoAnnotation.Crowd;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Streams an instances file into records; reads one file. */
final class CocoDatasetReader {

  private final JsonSource in;
  private final SegmentationReader segmentations = new SegmentationReader();
  private final double[] box = new double[4];

  CocoDatasetReader(JsonSource in) {
    this.in = in;
  }

  /** One record of a list, from its start to its end. */
  private interface RecordReader<T> {
    T read(IdIndex known) throws IOException;
  }

  CocoDataset read(Warnings warnings) throws IOException {
    in.expectObject("");
    List<CocoImage> images = null;
    List<CocoCategory> categories = null;
    List<CocoAnnotation> annotations = null;
    for (String name = in.nextField(); name != null; name = in.nextField()) {
      switch (name) {
        case "images" -> images = list(name, this::image);
        case "categories" -> categories = list(name, this::category);
        case "annotations" -> annotations = list(name, this::annotation);
        default -> in.skip();
      }
    }
    if (images == null || categories == null) {
      throw in.error(
          "", "there is no \"" + (images == null ? "images" : "categories") + "\" in this file");
    }
    if (annotations == null) {
      warnings.add("there is no \"annotations\" (taken as none)", in::name);
      annotations = List.of();
    }
    return new CocoDataset(in.name(), images, categories, annotations);
  }

  private <T> List<T> list(String name, RecordReader<T> reader) throws IOException {
    in.expectArray(name);
    List<T> records = new ArrayList<>();
    IdIndex known = new IdIndex();
    while (in.nextElement()) {
      in.at(name, records.size());
      in.expectObject("");
      records.add(reader.read(known));
    }
    in.at("", -1);
    return records;
  }

  private CocoImage image(IdIndex known) throws IOException {
    long id = 0;
    boolean hasId = false;
    int width = -1;
    int height = -1;
    String fileName = "";
    long[] negative = null;
    long[] notExhaustive = null;
    for (String name = in.nextField(); name != null; name = in.nextField()) {
      switch (name) {
        case "id" -> {
          id = in.integer(name);
          hasId = true;
        }
        case "width" -> width = in.size(name);
        case "height" -> height = in.size(name);
        case "file_name" -> fileName = in.text(name);
        case "neg_category_ids" -> negative = in.integers(name);
        case "not_exhaustive_category_ids" -> notExhaustive = in.integers(name);
        default -> in.skip();
      }
    }
    checkId(hasId, id, known);
    return negative == null || notExhaustive == null
        ? new CocoImage(id, width, height, fileName)
        : new CocoImage(
            id, width, height, fileName, new VerifiedCategories(negative, notExhaustive));
  }

  private CocoCategory category(IdIndex known) throws IOException {
    long id = 0;
    boolean hasId = false;
    String categoryName = "";
    String supercategory = "";
    String frequency = "";
    for (String name = in.nextField(); name != null; name = in.nextField()) {
      switch (name) {
        case "id" -> {
          id = in.integer(name);
          hasId = true;
        }
        case "name" -> categoryName = in.text(name);
        case "supercategory" -> supercategory = in.text(name);
        case "frequency" -> frequency = in.text(name);
        default -> in.skip();
      }
    }
    checkId(hasId, id, known);
    return new CocoCategory(id, categoryName, supercategory, frequency);
  }

  private CocoAnnotation annotation(IdIndex known) throws IOException {
    long id = 0;
    boolean hasId = false;
    long imageId = 0;
    boolean hasImage = false;
    long categoryId = 0;
    boolean hasCategory = false;
    boolean hasBox = false;
    double area = Double.NaN;
    Crowd crowd = Crowd.ABSENT;
    Segmentation segmentation = Segmentation.Absent.INSTANCE;
    double[] points = Keypoints.ABSENT.values();
    long labelled = Keypoints.ABSENT.labelled();
    boolean ignore = false;
    for (String name = in.nextField(); name != null; name = in.nextField()) {
      switch (name) {
        case "id" -> {
          id = in.integer(name);
          hasId = true;
        }
        case "image_id" -> {
          imageId = in.integer(name);
          hasImage = true;
        }
        case "category_id" -> {
          categoryId = in.integer(name);
          hasCategory = true;
        }
        case "bbox" -> hasBox = in.box(name, box);
        case "area" -> area = in.isNull() ? Double.NaN : in.number(name);
        case "iscrowd" -> crowd = in.isNull() ? Crowd.ABSENT : flag(name) ? Crowd.YES : Crowd.NO;
        case "segmentation" -> segmentation = segmentations.read(in);
        case "keypoints" -> points = in.isNull() ? points : in.finites(name);
        case "num_keypoints" -> labelled = in.isNull() ? labelled : in.size(name);
        case "ignore" -> ignore = !in.isNull() && flag(name);
        default -> in.skip();
      }
    }
    checkId(hasId, id, known);
    if (!hasImage || !hasCategory) {
      throw in.error(
          "", "the annotation (id " + id + ") has no " + (hasImage ? "category_id" : "image_id"));
    }
    checkRuns(id, segmentation);
    return new CocoAnnotation(
        id,
        imageId,
        categoryId,
        hasBox ? new Box(box[0], box[1], box[2], box[3]) : Box.ABSENT,
        area,
        crowd,
        segmentation,
        points.length == 0 && labelled < 0 ? Keypoints.ABSENT : new Keypoints(points, labelled),
        ignore);
  }

  private boolean flag(String name) throws IOException {
    return in.flag(name, number -> number != 0);
  }

  private void checkId(boolean hasId, long id, IdIndex known) throws IOException {
    if (!hasId) {
      throw in.error("", "there is no \"id\"");
    }
    if (!known.add(id)) {
      throw in.error("id", id + " occurs twice, first in record " + known.get(id));
    }
  }

  private void checkRuns(long id, Segmentation segmentation) throws IOException {
    if (segmentation instanceof Segmentation.Polygons) {
      return;
    }
    if (segmentation instanceof Segmentation.Absent) {
      return;
    }
    try {
      segmentation.toRle(-1, -1);
    } catch (IllegalArgumentException e) {
      throw in.error("segmentation", "(annotation id " + id + ") " + e.getMessage());
    }
  }
}
