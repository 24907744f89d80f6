package dev.dovetail.formats.labelstudio;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.dovetail.files.OutputFile;
import dev.dovetail.formats.Box;
import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.LabelledObject;
import dev.dovetail.formats.mask.Segmentation;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Writes tasks that Label Studio imports, image by image; {@link LabelStudioTasks} reads them.
 * Boxes are written as {@code rectanglelabels}, single outlines as {@code polygonlabels}, other
 * masks as {@code brushlabels}. Objects with scores are predictions, others annotations. The size
 * of the image is also in the task's {@code data}, the only place for it in tasks without regions.
 */
public final class LabelStudioWriter implements Closeable {

  private static final JsonFactory JSON = new JsonFactory();

  private final OutputFile file;
  private final JsonGenerator json;
  private final boolean detections;

  /**
   * Starts a new file. It replaces an existing one when it is finished.
   *
   * @param target the file to write
   * @param detections whether regions are predictions instead of annotations
   * @throws IOException if the file cannot be written
   */
  public LabelStudioWriter(Path target, boolean detections) throws IOException {
    this.file = OutputFile.create(target);
    this.json = JSON.createGenerator(file.open());
    this.detections = detections;
    json.writeStartArray();
  }

  /**
   * Appends a task.
   *
   * @param image with its objects
   * @throws IOException if the file cannot be written
   */
  public void add(LabelledImage image) throws IOException {
    json.writeStartObject();
    json.writeObjectFieldStart("data");
    json.writeStringField("image", image.fileName());
    json.writeNumberField("width", image.size().width());
    json.writeNumberField("height", image.size().height());
    json.writeEndObject();
    json.writeArrayFieldStart(detections ? "predictions" : "annotations");
    json.writeStartObject();
    if (detections) {
      json.writeStringField("model_version", "dovetail");
    }
    json.writeArrayFieldStart("result");
    for (int i = 0; i < image.objects().size(); i++) {
      region(image, image.objects().get(i), i);
    }
    json.writeEndArray();
    json.writeEndObject();
    json.writeEndArray();
    json.writeEndObject();
  }

  private void region(LabelledImage image, LabelledObject object, int number) throws IOException {
    boolean outlined =
        object.segmentation() instanceof Segmentation.Polygons polygons
            && polygons.parts().length == 1;
    String kind = outlined ? "polygon" : object.hasMask() ? "brush" : "rectangle";
    json.writeStartObject();
    json.writeStringField("id", "r" + number);
    json.writeStringField("type", kind + "labels");
    json.writeStringField("from_name", kind);
    json.writeStringField("to_name", "image");
    json.writeNumberField("original_width", image.size().width());
    json.writeNumberField("original_height", image.size().height());
    json.writeNumberField("image_rotation", 0);
    json.writeObjectFieldStart("value");
    switch (kind) {
      case "polygon" -> {
        double[] p = percents(image, ((Segmentation.Polygons) object.segmentation()).parts()[0]);
        json.writeArrayFieldStart("points");
        for (int i = 0; i + 1 < p.length; i += 2) {
          json.writeArray(p, i, 2);
        }
        json.writeEndArray();
        json.writeBooleanField("closed", true);
      }
      case "brush" -> {
        json.writeStringField("format", "rle");
        json.writeArrayFieldStart("rle");
        for (byte b : BrushRuns.encode(object.mask(image.size()))) {
          json.writeNumber(b & 0xff);
        }
        json.writeEndArray();
      }
      default -> {
        Box b = object.box();
        double[] p = percents(image, b.x(), b.y(), b.width(), b.height());
        json.writeNumberField("x", p[0]);
        json.writeNumberField("y", p[1]);
        json.writeNumberField("width", p[2]);
        json.writeNumberField("height", p[3]);
        json.writeNumberField("rotation", 0);
      }
    }
    json.writeArrayFieldStart(kind + "labels");
    json.writeString(object.category());
    json.writeEndArray();
    json.writeEndObject();
    if (object.hasScore()) {
      json.writeNumberField("score", object.score());
    }
    if (object.difficult()) {
      json.writeObjectFieldStart("meta");
      json.writeArrayFieldStart("text");
      json.writeString(LabelStudioTasks.CROWD);
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static double[] percents(LabelledImage image, double... pixels) {
    double[] percents = new double[pixels.length];
    for (int i = 0; i < percents.length; i++) {
      int side = i % 2 == 0 ? image.size().width() : image.size().height();
      percents[i] = pixels[i] * 100 / side;
    }
    return percents;
  }

  /**
   * Ends the file and moves it into place.
   *
   * @throws IOException if the file cannot be written
   */
  public void finish() throws IOException {
    json.writeEndArray();
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
