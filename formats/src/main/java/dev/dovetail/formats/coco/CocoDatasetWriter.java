package dev.dovetail.formats.coco;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import dev.dovetail.files.OutputFile;
import dev.dovetail.formats.Box;
import dev.dovetail.formats.LabelledObject;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.coco.CocoAnnotation.Crowd;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.formats.mask.Segmentation;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes a COCO ground truth: the annotations one by one, followed by images and categories.
 *
 * <p>A difficult object is written with {@code iscrowd} and {@code ignore}, because COCO's tools
 * have no other way to ignore an object. Its overlap is then that of a crowd, intersection over the
 * detection's area, so the metrics differ from VOC's.
 */
public final class CocoDatasetWriter implements Closeable {

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER).build();

  private final OutputFile file;
  private final JsonGenerator json;
  private long annotations;

  private CocoDatasetWriter(OutputFile file) throws IOException {
    this.file = file;
    this.json = JSON.createGenerator(file.open());
    json.writeStartObject();
    json.writeArrayFieldStart("annotations");
  }

  /**
   * Starts a new file. It replaces an existing one when it is finished.
   *
   * @param file the file to write
   * @return the writer
   * @throws IOException if the file cannot be written
   */
  public static CocoDatasetWriter create(Path file) throws IOException {
    return new CocoDatasetWriter(OutputFile.create(file));
  }

  /**
   * Appends an annotation. Ids start at 1. The area is that of the mask, which is computed from
   * outlines as in the COCO tools, or that of the box if the object has no mask.
   *
   * @param image the annotated image
   * @param categoryId of the category
   * @param object the box, and the mask if it is known
   * @throws IllegalArgumentException if the mask is invalid: an outline with coordinates too large
   *     to rasterize, or run lengths that do not cover their mask
   * @throws IOException if the file cannot be written
   */
  public void annotation(CocoImage image, long categoryId, LabelledObject object)
      throws IOException {
    Box box = object.box();
    Rle mask = object.hasMask() ? object.mask(new Size(image.height(), image.width())) : null;
    json.writeStartObject();
    json.writeNumberField("id", ++annotations);
    json.writeNumberField("image_id", image.id());
    json.writeNumberField("category_id", categoryId);
    json.writeFieldName("bbox");
    numbers(box.x(), box.y(), box.width(), box.height());
    if (mask == null) {
      json.writeNumberField("area", box.width() * box.height());
    } else {
      json.writeNumberField("area", mask.area());
    }
    json.writeNumberField("iscrowd", object.difficult() ? 1 : 0);
    json.writeNumberField("ignore", object.difficult() ? 1 : 0);
    if (mask == null || object.segmentation() instanceof Segmentation.Polygons) {
      json.writeArrayFieldStart("segmentation");
      if (object.segmentation() instanceof Segmentation.Polygons polygons) {
        for (double[] part : polygons.parts()) {
          numbers(part);
        }
      }
      json.writeEndArray();
    } else {
      runs(mask, object.difficult());
    }
    json.writeEndObject();
  }

  /**
   * Appends an annotation with a mask. Ids start at 1. Box and area are those of the mask. As in
   * COCO's files, run lengths are a string, or a list of numbers for a crowd.
   *
   * @param image the annotated image
   * @param categoryId of the category
   * @param mask the pixels, of the image's size
   * @param crowd whether it represents a group of objects
   * @throws IOException if the file cannot be written
   */
  public void annotation(CocoImage image, long categoryId, Rle mask, Crowd crowd)
      throws IOException {
    Rle.Box box = mask.box();
    json.writeStartObject();
    json.writeNumberField("id", ++annotations);
    json.writeNumberField("image_id", image.id());
    json.writeNumberField("category_id", categoryId);
    json.writeFieldName("bbox");
    json.writeArray(new int[] {box.x(), box.y(), box.width(), box.height()}, 0, 4);
    json.writeNumberField("area", mask.area());
    json.writeNumberField("iscrowd", crowd == Crowd.YES ? 1 : 0);
    runs(mask, crowd == Crowd.YES);
    json.writeEndObject();
  }

  private void runs(Rle mask, boolean crowd) throws IOException {
    json.writeObjectFieldStart("segmentation");
    json.writeFieldName("size");
    json.writeArray(new int[] {mask.height(), mask.width()}, 0, 2);
    if (crowd) {
      json.writeFieldName("counts");
      json.writeArray(mask.runs(), 0, mask.runs().length);
    } else {
      json.writeStringField("counts", mask.compressed());
    }
    json.writeEndObject();
  }

  private void numbers(double... values) throws IOException {
    json.writeArray(values, 0, values.length);
  }

  /**
   * Ends the list of annotations, writes images and categories, and moves the file into place.
   *
   * @param images the images
   * @param categories the categories
   * @throws IOException if the file cannot be written
   */
  public void finish(List<CocoImage> images, List<CocoCategory> categories) throws IOException {
    json.writeEndArray();
    json.writeArrayFieldStart("images");
    for (CocoImage image : images) {
      json.writeStartObject();
      json.writeNumberField("id", image.id());
      json.writeNumberField("width", image.width());
      json.writeNumberField("height", image.height());
      json.writeStringField("file_name", image.fileName());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("categories");
    for (CocoCategory category : categories) {
      json.writeStartObject();
      json.writeNumberField("id", category.id());
      json.writeStringField("name", category.name());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
    json.close();
    file.commit();
  }

  /** Discards an unfinished file. */
  @Override
  public void close() throws IOException {
    try (file) {
      json.close();
    }
  }
}
