package dev.dovetail.data.coco;

import com.fasterxml.jackson.core.JsonToken;
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
    in.next();
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
    while (in.next() != JsonToken.END_ARRAY) {
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
    for (String name = in.nextField(); name != null; name = in.nextField()) {
      switch (name) {
        case "id" -> {
          id = in.integer(name);
          hasId = true;
        }
        case "width" -> width = in.size(name);
        case "height" -> height = in.size(name);
        case "file_name" -> fileName = in.text(name);
        default -> in.skip();
      }
    }
    checkId(hasId, id, known);
    return new CocoImage(id, width, height, fileName);
  }

  private CocoCategory category(IdIndex known) throws IOException {
    long id = 0;
    boolean hasId = false;
    String categoryName = "";
    String supercategory = "";
    for (String name = in.nextField(); name != null; name = in.nextField()) {
      switch (name) {
        case "id" -> {
          id = in.integer(name);
          hasId = true;
        }
        case "name" -> categoryName = in.text(name);
        case "supercategory" -> supercategory = in.text(name);
        default -> in.skip();
      }
    }
    checkId(hasId, id, known);
    return new CocoCategory(id, categoryName, supercategory);
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
    CocoAnnotation.Crowd crowd = CocoAnnotation.Crowd.ABSENT;
    Segmentation segmentation = Segmentation.Absent.INSTANCE;
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
        case "iscrowd" -> crowd = crowd();
        case "segmentation" -> segmentation = segmentations.read(in);
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
        segmentation);
  }

  private CocoAnnotation.Crowd crowd() throws IOException {
    return switch (in.parser().currentToken()) {
      case VALUE_NULL -> CocoAnnotation.Crowd.ABSENT;
      case VALUE_TRUE -> CocoAnnotation.Crowd.YES;
      case VALUE_FALSE -> CocoAnnotation.Crowd.NO;
      default -> in.number("iscrowd") != 0 ? CocoAnnotation.Crowd.YES : CocoAnnotation.Crowd.NO;
    };
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
