package dev.dovetail.formats.coco;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import dev.dovetail.files.OutputFile;
import dev.dovetail.formats.mask.Rle;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Writes a COCO list of results, one row per line.
 *
 * <p>Numbers are written with the fewest digits that identify the double, so a float32 score is
 * written as in Python. The file exists after {@link #finish} was called.
 */
public final class CocoResultsWriter implements Closeable {

  private static final byte[] START = "[\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "\n]\n".getBytes(StandardCharsets.US_ASCII);
  private static final String BETWEEN = ",\n";

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER).build();

  private final OutputFile file;
  private final OutputStream out;
  private final CocoIds ids;
  private final JsonGenerator json;
  private String image;
  private String category;

  private CocoResultsWriter(OutputFile file, CocoIds ids) throws IOException {
    this.file = file;
    this.out = file.open();
    this.ids = ids;
    this.json = JSON.createGenerator(out);
    json.setPrettyPrinter(new MinimalPrettyPrinter(BETWEEN));
    json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    out.write(START);
  }

  /**
   * Starts a new list with numeric ids. It replaces an existing file when it is finished.
   *
   * @param file the file to write
   * @return the writer
   * @throws IOException if the file cannot be written
   */
  public static CocoResultsWriter create(Path file) throws IOException {
    return create(file, CocoIds.NUMBERS);
  }

  /**
   * Starts a new list. It replaces an existing file when it is finished.
   *
   * @param file the file to write
   * @param ids of the ground truth, which are written in their original form
   * @return the writer
   * @throws IOException if the file cannot be written
   */
  public static CocoResultsWriter create(Path file, CocoIds ids) throws IOException {
    return new CocoResultsWriter(OutputFile.create(file), ids);
  }

  /**
   * Sets the file name and the category name of the following rows, for lists without a ground
   * truth. Their image ids are the file names.
   *
   * @param fileName of the image
   * @param categoryName of the category
   */
  public void naming(String fileName, String categoryName) {
    image = fileName;
    category = categoryName;
  }

  /**
   * Appends a detection with a box: left, top, width and height in pixels.
   *
   * @param imageId of the image
   * @param categoryId of the category
   * @param score from 0 to 1
   * @param x left edge in pixels
   * @param y top edge in pixels
   * @param width in pixels
   * @param height in pixels
   * @throws IOException if the file cannot be written
   */
  public void box(
      long imageId, long categoryId, double score, double x, double y, double width, double height)
      throws IOException {
    start(imageId, categoryId);
    json.writeArrayFieldStart("bbox");
    for (double value : new double[] {x, y, width, height}) {
      json.writeNumber(finite(value, "bbox", imageId));
    }
    json.writeEndArray();
    end(imageId, score);
  }

  /**
   * Appends a detection with a mask and without a box. Its area is that of the mask.
   *
   * @param imageId of the image
   * @param categoryId of the category
   * @param score from 0 to 1
   * @param mask the object's pixels
   * @throws IOException if the file cannot be written
   */
  public void mask(long imageId, long categoryId, double score, Rle mask) throws IOException {
    start(imageId, categoryId);
    json.writeObjectFieldStart("segmentation");
    json.writeArrayFieldStart("size");
    json.writeNumber(mask.height());
    json.writeNumber(mask.width());
    json.writeEndArray();
    json.writeStringField("counts", mask.compressed());
    json.writeEndObject();
    end(imageId, score);
  }

  /**
   * Ends the list and moves the file into place.
   *
   * @throws IOException if the file cannot be written
   */
  public void finish() throws IOException {
    json.close();
    out.write(END);
    out.close();
    file.commit();
  }

  /** Discards an unfinished file. */
  @Override
  public void close() throws IOException {
    try (file;
        out) {
      json.close();
    }
  }

  private void start(long imageId, long categoryId) throws IOException {
    json.writeStartObject();
    json.writeFieldName("image_id");
    if (image == null) {
      ids.images().write(json, imageId);
    } else {
      json.writeString(image);
      json.writeStringField("file_name", image);
    }
    json.writeFieldName("category_id");
    ids.categories().write(json, categoryId);
    if (category != null) {
      json.writeStringField("category_name", category);
    }
  }

  private void end(long imageId, double score) throws IOException {
    json.writeFieldName("score");
    json.writeNumber(finite(score, "score", imageId));
    json.writeEndObject();
  }

  private double finite(double value, String field, long imageId) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(
          "a detection of image " + ids.images().text(imageId) + " has the " + field + " " + value);
    }
    return value;
  }
}
