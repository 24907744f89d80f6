package dev.dovetail.formats.panoptic;

import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoIds;
import dev.dovetail.formats.coco.IdIndex;
import dev.dovetail.formats.coco.IdNames;
import dev.dovetail.formats.coco.IdReader;
import dev.dovetail.formats.coco.JsonSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Streams a panoptic file into records. Each reader reads one file. */
final class PanopticReader {

  private final JsonSource in;
  private final boolean truth;
  private final IdReader imageIds = new IdReader("image");
  private final IdReader categoryIds = new IdReader("category");

  PanopticReader(JsonSource in, boolean truth) {
    this.in = in;
    this.truth = truth;
  }

  PanopticDataset read(Warnings warnings) throws IOException {
    if (!truth && in.isList()) {
      return new PanopticDataset(in.name(), List.of(), annotations("results"), ids());
    }
    in.expectObject("");
    List<PanopticCategory> categories = null;
    List<PanopticAnnotation> annotations = null;
    for (String name = in.nextField(); name != null; name = in.nextField()) {
      if (name.equals("annotations")) {
        annotations = annotations("annotations");
      } else if (name.equals("categories") && truth) {
        categories = categories();
      } else {
        in.skip();
      }
    }
    if (annotations == null) {
      throw in.error("", "missing \"annotations\" in this file");
    }
    if (truth && categories == null) {
      throw in.error("", "missing \"categories\" in this file");
    }
    PanopticDataset dataset =
        new PanopticDataset(in.name(), truth ? categories : List.of(), annotations, ids());
    if (truth) {
      checkCategories(dataset, warnings);
    }
    return dataset;
  }

  private CocoIds ids() {
    return new CocoIds(imageIds.names(), categoryIds.names(), IdNames.NUMBERS);
  }

  private List<PanopticCategory> categories() throws IOException {
    in.expectArray("categories");
    List<PanopticCategory> categories = new ArrayList<>();
    IdIndex known = new IdIndex();
    while (in.nextElement()) {
      in.at("categories", categories.size());
      in.expectObject("");
      Long id = null;
      String categoryName = "";
      Boolean thing = null;
      for (String name = in.nextField(); name != null; name = in.nextField()) {
        switch (name) {
          case "id" -> id = categoryIds.read(in, name);
          case "name" -> categoryName = in.text(name);
          case "isthing" -> thing = flag(name);
          default -> in.skip();
        }
      }
      require(id, "", "id");
      require(thing, "", "isthing");
      Object key = categoryIds.key(id);
      addId(known, id, key, "id");
      categories.add(new PanopticCategory(id, categoryName, thing, key));
    }
    in.at("", -1);
    return categories;
  }

  /**
   * Reads the records of the images.
   *
   * @param list {@code annotations}, or {@code results} of {@code predict}, whose records have
   *     names in place of ids
   */
  private List<PanopticAnnotation> annotations(String list) throws IOException {
    boolean named = list.equals("results");
    in.expectArray(list);
    List<PanopticAnnotation> annotations = new ArrayList<>();
    IdIndex known = new IdIndex();
    while (in.nextElement()) {
      int record = annotations.size();
      in.at(list, record);
      in.expectObject("");
      String id = named ? "file" : "image_id";
      String map = named ? "segments" : "file_name";
      Long image = null;
      String file = null;
      List<PanopticSegment> segments = null;
      for (String name = in.nextField(); name != null; name = in.nextField()) {
        if (name.equals(id)) {
          image = imageIds.read(in, name);
        } else if (name.equals(map)) {
          file = in.isNull() ? null : in.text(name);
        } else if (name.equals("segments_info")) {
          segments = segments(named ? "name" : "category_id");
        } else {
          in.skip();
        }
      }
      require(image, "", id);
      require(file, "", map);
      require(segments, "", "segments_info");
      Object key = imageIds.key(image);
      addId(known, image, key, id);
      String source = in.name() + ": " + list + "[" + record + "]";
      annotations.add(new PanopticAnnotation(source, image, file, segments, key));
    }
    in.at("", -1);
    return annotations;
  }

  private List<PanopticSegment> segments(String categoryField) throws IOException {
    in.expectArray("segments_info");
    List<PanopticSegment> segments = new ArrayList<>();
    IdIndex known = new IdIndex();
    while (in.nextElement()) {
      String where = "segments_info[" + segments.size() + "]";
      in.expectObject(where);
      Long id = null;
      Long category = null;
      Double area = null;
      Boolean crowd = null;
      for (String name = in.nextField(); name != null; name = in.nextField()) {
        String field = where + "." + name;
        if (name.equals(categoryField)) {
          category = categoryIds.read(in, field);
          continue;
        }
        switch (name) {
          case "id" -> id = in.integer(field);
          case "area" -> area = truth ? (Double) in.finite(field) : skipped(area);
          case "iscrowd" -> crowd = truth ? (Boolean) flag(field) : skipped(crowd);
          default -> in.skip();
        }
      }
      require(id, where, "id");
      require(category, where, categoryField);
      if (truth) {
        require(crowd, where, "iscrowd");
        require(area, where, "area");
      }
      addId(known, id, id, where + ".id");
      segments.add(new PanopticSegment(id, category, truth ? area : Double.NaN, truth && crowd));
    }
    return segments;
  }

  /** The value is ignored in predictions. */
  private <T> T skipped(T value) throws IOException {
    in.skip();
    return value;
  }

  /** Reads 1 or true. The reference compares with 1, so any other number means false. */
  private boolean flag(String field) throws IOException {
    return in.flag(field, number -> number == 1);
  }

  private void require(Object value, String where, String field) throws FormatException {
    if (value == null) {
      throw in.error(where, "missing \"" + field + "\"");
    }
  }

  private void addId(IdIndex known, long id, Object key, String field) throws FormatException {
    if (!known.add(id)) {
      throw in.error(field, key + " occurs twice, first in entry " + known.get(id));
    }
  }

  private static void checkCategories(PanopticDataset dataset, Warnings warnings)
      throws FormatException {
    IdIndex categories = new IdIndex();
    dataset.categories().forEach(category -> categories.add(category.id()));
    for (PanopticAnnotation annotation : dataset.annotations()) {
      for (PanopticSegment segment : annotation.segments()) {
        if (categories.get(segment.categoryId()) < 0) {
          warnings.add(
              "true segments of a category that is not listed (excluded from the averages, as in"
                  + " panopticapi)",
              () ->
                  String.format(
                      Locale.ROOT,
                      "%s.segments_info: segment %d, category_id %s",
                      annotation.source(),
                      segment.id(),
                      dataset.ids().categories().text(segment.categoryId())));
        }
      }
    }
  }
}
