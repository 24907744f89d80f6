package dev.dovetail.formats.coco;

import dev.dovetail.formats.Box;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoAnnotation.Crowd;
import dev.dovetail.formats.mask.Segmentation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;

/** Streams an instances file into records. Each reader reads one file. */
final class CocoDatasetReader {

  private static final long[] NONE = {};

  /** Only useful together, so an image has both or none. */
  private static final String SIZE = "width and height";

  private final JsonSource in;
  private final SegmentationReader segmentations = new SegmentationReader();
  private final double[] box = new double[4];
  private final IdReader imageIds = new IdReader("image");
  private final IdReader categoryIds = new IdReader("category");
  private final IdReader annotationIds = IdReader.ofAnnotations();
  private final Unread unread = new Unread();
  private String list = "";
  private int record;

  CocoDatasetReader(JsonSource in) {
    this.in = in;
  }

  /** Reads one record of a list, from its start to its end. */
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
          "", "missing \"" + (images == null ? "images" : "categories") + "\" in this file");
    }
    if (annotations == null) {
      warnings.add("missing \"annotations\" (treated as empty)", in::name);
      annotations = List.of();
    }
    return dataset(images, categories, annotations);
  }

  /** Replaces string ids by numbers in ascending order. */
  private CocoDataset dataset(
      List<CocoImage> images, List<CocoCategory> categories, List<CocoAnnotation> annotations) {
    CocoIds ids = new CocoIds(imageIds.ascending(), categoryIds.ascending(), annotationIds.names());
    if (!ids.images().areTexts() && !ids.categories().areTexts()) {
      return new CocoDataset(in.name(), images, categories, annotations, ids, unread);
    }
    LongUnaryOperator image = renumbering(imageIds, ids.images());
    LongUnaryOperator category = renumbering(categoryIds, ids.categories());
    return new CocoDataset(
        in.name(),
        images.stream().map(i -> i.withId(image.applyAsLong(i.id()))).toList(),
        categories.stream().map(c -> c.withId(category.applyAsLong(c.id()))).toList(),
        annotations.stream()
            .map(
                a ->
                    a.withIds(image.applyAsLong(a.imageId()), category.applyAsLong(a.categoryId())))
            .toList(),
        ids,
        unread);
  }

  private static LongUnaryOperator renumbering(IdReader read, IdNames ascending) {
    IdNames names = read.names();
    return names.areTexts() ? id -> ascending.find(names.text(id)).orElseThrow() : id -> id;
  }

  private <T> List<T> list(String name, RecordReader<T> reader) throws IOException {
    in.expectArray(name);
    list = name;
    List<T> records = new ArrayList<>();
    IdIndex known = new IdIndex();
    while (in.nextElement()) {
      record = records.size();
      in.at(name, record);
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
    long[] negative = NONE;
    long[] notExhaustive = NONE;
    for (String name = in.nextField(); name != null; name = in.nextField()) {
      switch (name) {
        case "id" -> {
          id = imageIds.read(in, name);
          hasId = true;
        }
        case "width" -> width = orAbsent(SIZE, -1, in -> in.size("width"));
        case "height" -> height = orAbsent(SIZE, -1, in -> in.size("height"));
        case "file_name" -> fileName = orAbsent(name, "", in -> in.text("file_name"));
        case "neg_category_ids" -> negative = orAbsent(name, NONE, ids(name));
        case "not_exhaustive_category_ids" -> notExhaustive = orAbsent(name, NONE, ids(name));
        default -> in.skip();
      }
    }
    checkId(hasId, id, imageIds, known);
    boolean sized = width >= 0 && height >= 0;
    return new CocoImage(
        id,
        sized ? width : -1,
        sized ? height : -1,
        fileName,
        negative == NONE || notExhaustive == NONE
            ? VerifiedCategories.ABSENT
            : new VerifiedCategories(negative, notExhaustive));
  }

  private static JsonSource.Body<long[]> ids(String field) {
    return in -> in.integers(field);
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
          id = categoryIds.read(in, name);
          hasId = true;
        }
        case "name" -> categoryName = orAbsent(name, "", in -> in.text("name"));
        case "supercategory" -> supercategory = orAbsent(name, "", in -> in.text("supercategory"));
        case "frequency" -> frequency = orAbsent(name, "", in -> in.text("frequency"));
        default -> in.skip();
      }
    }
    checkId(hasId, id, categoryIds, known);
    return new CocoCategory(id, categoryName, supercategory, frequency, categoryIds.key(id));
  }

  private CocoAnnotation annotation(IdIndex known) throws IOException {
    long id = 0;
    boolean hasId = false;
    long imageId = 0;
    boolean hasImage = false;
    long categoryId = 0;
    boolean hasCategory = false;
    Box where = Box.ABSENT;
    double area = Double.NaN;
    Crowd crowd = Crowd.ABSENT;
    Segmentation segmentation = Segmentation.Absent.INSTANCE;
    double[] points = Keypoints.ABSENT.values();
    long labelled = Keypoints.ABSENT.labelled();
    boolean ignore = false;
    for (String name = in.nextField(); name != null; name = in.nextField()) {
      switch (name) {
        case "id" -> {
          id = annotationIds.read(in, name);
          hasId = true;
        }
        case "image_id" -> {
          imageId = imageIds.read(in, name);
          hasImage = true;
        }
        case "category_id" -> {
          categoryId = categoryIds.read(in, name);
          hasCategory = true;
        }
        case "bbox" -> where = orAbsent(name, Box.ABSENT, this::box);
        case "area" -> area = in.isNull() ? Double.NaN : in.number(name);
        case "iscrowd" -> crowd = in.isNull() ? Crowd.ABSENT : flag(name) ? Crowd.YES : Crowd.NO;
        case "segmentation" -> {
          segmentation = orAbsent(name, Segmentation.Absent.INSTANCE, this::segmentation);
          if (segmentations.wasEmpty()) {
            unread.markEmpty(list, record, name);
          }
        }
        case "keypoints" -> points = orAbsent(name, points, this::keypoints);
        case "num_keypoints" -> labelled = orAbsent(name, labelled, this::labelled);
        case "ignore" -> ignore = orAbsent(name, false, in -> !in.isNull() && flag("ignore"));
        default -> in.skip();
      }
    }
    checkId(hasId, id, annotationIds, known);
    if (!hasImage || !hasCategory) {
      throw in.error(
          "",
          "the annotation (id "
              + (annotationIds.key(id) + ") has no ")
              + (hasImage ? "category_id" : "image_id"));
    }
    return new CocoAnnotation(
        id,
        imageId,
        categoryId,
        new CocoAnnotation.Shape(
            where,
            area,
            segmentation,
            points.length == 0 && labelled < 0
                ? Keypoints.ABSENT
                : new Keypoints(points, labelled)),
        crowd,
        ignore);
  }

  private <T> T orAbsent(String field, T absent, JsonSource.Body<T> body) throws IOException {
    return unread.orAbsent(in, list, record, field, absent, body);
  }

  private Box box(JsonSource source) throws IOException {
    return source.box("bbox", box) ? new Box(box[0], box[1], box[2], box[3]) : Box.ABSENT;
  }

  private double[] keypoints(JsonSource source) throws IOException {
    return source.isNull() ? Keypoints.ABSENT.values() : source.finites("keypoints");
  }

  private long labelled(JsonSource source) throws IOException {
    return source.isNull() ? Keypoints.ABSENT.labelled() : source.size("num_keypoints");
  }

  /** Reads a segmentation. Run lengths must cover their mask. */
  private Segmentation segmentation(JsonSource source) throws IOException {
    Segmentation read = segmentations.read(source);
    boolean runs =
        read instanceof Segmentation.CompressedRle || read instanceof Segmentation.UncompressedRle;
    if (runs) {
      try {
        read.toRle(-1, -1);
      } catch (IllegalArgumentException e) {
        throw source.error("segmentation", e.getMessage());
      }
    }
    return read;
  }

  private boolean flag(String name) throws IOException {
    return in.flag(name, number -> number != 0);
  }

  private void checkId(boolean hasId, long id, IdReader ids, IdIndex known) throws IOException {
    if (!hasId) {
      throw in.error("", "missing \"id\"");
    }
    if (!known.add(id)) {
      throw in.error("id", ids.key(id) + " occurs twice, first in record " + known.get(id));
    }
  }
}
