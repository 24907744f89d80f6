package dev.dovetail.formats.labelme;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.dovetail.files.OutputFile;
import dev.dovetail.formats.Box;
import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.LabelledObject;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.image.PngFile;
import dev.dovetail.formats.image.PngWriter;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.formats.mask.Segmentation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;

/**
 * Writes annotation files of LabelMe; {@link LabelMeFile} reads them. Boxes are written as
 * rectangles, outlines as polygons (with one {@code group_id} for each object), and run lengths as
 * masks. The file does not contain the pixels of the image.
 */
public final class LabelMeWriter {

  private static final String VERSION = "5.5.0";
  private static final JsonFactory JSON = new JsonFactory();

  private final JsonGenerator json;
  private final LabelledImage image;
  private int groups;

  private LabelMeWriter(JsonGenerator json, LabelledImage image) {
    this.json = json;
    this.image = image;
  }

  /**
   * Writes the file of one image; an existing one is replaced.
   *
   * @param file the file
   * @param image with its objects
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, LabelledImage image) throws IOException {
    try (OutputFile out = OutputFile.create(file)) {
      try (JsonGenerator json = JSON.createGenerator(out.open())) {
        new LabelMeWriter(json.useDefaultPrettyPrinter(), image).write();
      }
      out.commit();
    }
  }

  private void write() throws IOException {
    json.writeStartObject();
    json.writeStringField("version", VERSION);
    json.writeObjectFieldStart("flags");
    json.writeEndObject();
    json.writeArrayFieldStart("shapes");
    for (LabelledObject object : image.objects()) {
      Box b = object.box();
      if (object.segmentation() instanceof Segmentation.Polygons polygons) {
        int group = polygons.parts().length > 1 ? ++groups : 0;
        for (double[] part : polygons.parts()) {
          shape(object, "polygon", group, "", part);
        }
      } else if (object.hasMask() && object.mask(image.size()).area() > 0) {
        mask(object, object.mask(image.size()));
      } else {
        shape(object, "rectangle", 0, "", b.x(), b.y(), b.x() + b.width(), b.y() + b.height());
      }
    }
    json.writeEndArray();
    json.writeStringField("imagePath", image.baseName());
    json.writeNullField("imageData");
    json.writeNumberField("imageHeight", image.size().height());
    json.writeNumberField("imageWidth", image.size().width());
    json.writeEndObject();
  }

  /** Writes the first and the last pixel, and the pixels between them as a PNG. */
  private void mask(LabelledObject object, Rle mask) throws IOException {
    Rle.Box box = mask.box();
    byte[] columns = mask.boxColumnMajor();
    byte[] rows = new byte[columns.length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (byte) -columns[i % box.width() * box.height() + i / box.width()];
    }
    Size size = new Size(box.height(), box.width());
    byte[] png = PngWriter.encode(size, PngFile.Colour.GREY, 8, rows);
    shape(
        object,
        "mask",
        0,
        Base64.getEncoder().encodeToString(png),
        box.x(),
        box.y(),
        box.x() + box.width() - 1,
        box.y() + box.height() - 1);
  }

  private void shape(LabelledObject object, String kind, int group, String mask, double... points)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("label", object.category());
    json.writeArrayFieldStart("points");
    for (int i = 0; i + 1 < points.length; i += 2) {
      json.writeArray(points, i, 2);
    }
    json.writeEndArray();
    if (group > 0) {
      json.writeNumberField("group_id", group);
    } else {
      json.writeNullField("group_id");
    }
    json.writeStringField("description", "");
    json.writeStringField("shape_type", kind);
    json.writeObjectFieldStart("flags");
    if (object.difficult()) {
      json.writeBooleanField(LabelMeFile.CROWD, true);
    }
    json.writeEndObject();
    if (mask.isEmpty()) {
      json.writeNullField("mask");
    } else {
      json.writeStringField("mask", mask);
    }
    if (object.hasScore()) {
      json.writeNumberField("score", object.score());
    }
    json.writeEndObject();
  }
}
