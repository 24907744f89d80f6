package dev.dovetail.formats.predictions;

import dev.dovetail.formats.Box;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.LabelledObject;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.coco.JsonSource;
import dev.dovetail.formats.mask.Rle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the {@code results.json} that {@code dovetail predict} writes for a detector. It is a list
 * with one element for each image, with the fields {@code file}, {@code width}, {@code height} and
 * {@code objects}. Each object has {@code name}, {@code score}, {@code bbox} and, for masks, {@code
 * segmentation} with {@code size} and {@code counts}.
 */
public final class PredictionsJson {

  private final JsonSource in;

  private PredictionsJson(JsonSource in) {
    this.in = in;
  }

  /**
   * Reads a file.
   *
   * @param file the file
   * @return the images, in the order of the file
   * @throws FormatException naming file, record and field
   */
  public static List<LabelledImage> read(Path file) throws IOException {
    return JsonSource.read(
        file,
        in -> {
          PredictionsJson reader = new PredictionsJson(in);
          List<LabelledImage> images = new ArrayList<>();
          in.expectArray("results");
          while (in.nextElement()) {
            in.at("results", images.size());
            images.add(reader.image(file + ": results[" + images.size() + "]"));
          }
          in.at("", -1);
          return images;
        });
  }

  private LabelledImage image(String source) throws IOException {
    String name = "";
    int width = 0;
    int height = 0;
    List<LabelledObject> objects = null;
    in.expectObject("");
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "file" -> name = in.text(field);
        case "width" -> width = in.size(field);
        case "height" -> height = in.size(field);
        case "objects" -> {
          objects = new ArrayList<>();
          in.expectArray(field);
          while (in.nextElement()) {
            objects.add(object("objects[" + objects.size() + "]."));
          }
        }
        default -> in.skip();
      }
    }
    if (name.isEmpty()) {
      throw in.error("file", "is missing");
    }
    if (width < 1 || height < 1) {
      throw in.error("", "\"width\" and \"height\" are missing or 0");
    }
    if (objects == null) {
      throw in.error("", "missing \"objects\"; expected the results of a detector");
    }
    return new LabelledImage(
        source, LabelledImage.stem(name), name, new Size(height, width), objects);
  }

  private LabelledObject object(String where) throws IOException {
    String name = "";
    double score = Double.NaN;
    double[] box = {};
    Rle mask = null;
    in.expectObject(where);
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "name" -> name = in.text(where + field);
        case "score" -> score = in.finite(where + field);
        case "bbox" -> box = in.finites(where + field);
        case "segmentation" -> mask = mask(where + field);
        default -> in.skip();
      }
    }
    if (name.isEmpty()) {
      throw in.error(where + "name", "is missing");
    }
    if (Double.isNaN(score)) {
      throw in.error(where + "score", "is missing");
    }
    if (box.length != 4) {
      throw in.error(where + "bbox", "has " + box.length + " numbers; expected four");
    }
    LabelledObject object =
        mask == null ? LabelledObject.of(name, boxOf(box)) : LabelledObject.of(name, mask);
    return new LabelledObject(name, boxOf(box), object.segmentation(), score, false);
  }

  private static Box boxOf(double... xywh) {
    return new Box(xywh[0], xywh[1], xywh[2], xywh[3]);
  }

  private Rle mask(String where) throws IOException {
    double[] size = {};
    String counts = "";
    in.expectObject(where);
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "size" -> size = in.finites(where + ".size");
        case "counts" -> counts = in.text(where + ".counts");
        default -> in.skip();
      }
    }
    if (size.length != 2) {
      throw in.error(where + ".size", "has " + size.length + " numbers; expected height and width");
    }
    try {
      return Rle.ofCompressed((int) size[0], (int) size[1], counts);
    } catch (IllegalArgumentException e) {
      throw in.error(where, e.getMessage());
    }
  }
}
