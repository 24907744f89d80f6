package dev.dovetail.formats.panoptic;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.dovetail.files.OutputFile;
import dev.dovetail.formats.coco.CocoImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes COCO's panoptic format with the ids {@link PanopticAnnotation#key} and {@link
 * PanopticCategory#key}.
 */
public final class PanopticDatasetWriter {

  private static final JsonFactory JSON = new JsonFactory();

  private PanopticDatasetWriter() {}

  /**
   * Writes a file; an existing one is replaced when the new one is complete.
   *
   * @param file the file to write
   * @param images of the data set, with sizes and file names
   * @param dataset the categories, and the segments of every image; each area is an integer
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, List<CocoImage> images, PanopticDataset dataset)
      throws IOException {
    try (OutputFile output = OutputFile.create(file)) {
      try (JsonGenerator json = JSON.createGenerator(output.open())) {
        json.writeStartObject();
        json.writeArrayFieldStart("images");
        Map<Long, Object> keys = new HashMap<>();
        dataset.annotations().forEach(a -> keys.put(a.imageId(), a.key()));
        for (CocoImage image : images) {
          json.writeStartObject();
          json.writeObjectField("id", keys.getOrDefault(image.id(), image.id()));
          json.writeNumberField("width", image.width());
          json.writeNumberField("height", image.height());
          json.writeStringField("file_name", image.fileName());
          json.writeEndObject();
        }
        json.writeEndArray();
        Map<Long, Object> categories = new HashMap<>();
        dataset.categories().forEach(c -> categories.put(c.id(), c.key()));
        json.writeArrayFieldStart("annotations");
        for (PanopticAnnotation annotation : dataset.annotations()) {
          write(json, annotation, categories);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("categories");
        for (PanopticCategory category : dataset.categories()) {
          json.writeStartObject();
          json.writeObjectField("id", category.key());
          json.writeStringField("name", category.name());
          json.writeNumberField("isthing", category.isThing() ? 1 : 0);
          json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
      }
      output.commit();
    }
  }

  private static void write(
      JsonGenerator json, PanopticAnnotation annotation, Map<Long, Object> categories)
      throws IOException {
    json.writeStartObject();
    json.writeObjectField("image_id", annotation.key());
    json.writeStringField("file_name", annotation.fileName());
    json.writeArrayFieldStart("segments_info");
    for (PanopticSegment segment : annotation.segments()) {
      json.writeStartObject();
      json.writeNumberField("id", segment.id());
      json.writeObjectField(
          "category_id", categories.getOrDefault(segment.categoryId(), segment.categoryId()));
      json.writeNumberField("area", (long) segment.area());
      json.writeNumberField("iscrowd", segment.crowd() ? 1 : 0);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
