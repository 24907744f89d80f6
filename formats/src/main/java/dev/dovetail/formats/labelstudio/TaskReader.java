package dev.dovetail.formats.labelstudio;

import dev.dovetail.formats.Box;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.coco.JsonSource;
import dev.dovetail.formats.labelstudio.LabelStudioTasks.Region;
import dev.dovetail.formats.labelstudio.LabelStudioTasks.Value;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads one task of an export. */
final class TaskReader {

  private final JsonSource in;
  private final boolean detections;
  private String image = "";
  private int width;
  private int height;
  private int unused;
  private @Nullable List<Region> regions;

  TaskReader(JsonSource in, boolean detections) {
    this.in = in;
    this.detections = detections;
  }

  String image() {
    return image;
  }

  /**
   * The size in the task's data, which only files of {@link LabelStudioWriter} contain; otherwise
   * null.
   */
  @Nullable Size size() {
    return width > 0 && height > 0 ? new Size(height, width) : null;
  }

  List<Region> regions() {
    return regions == null ? List.of() : regions;
  }

  /** The number of annotations after the one that is read. */
  int unused() {
    return unused;
  }

  TaskReader read() throws IOException {
    boolean listed = false;
    in.expectObject("");
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "data" -> data();
        case "annotations", "completions" -> {
          listed = true;
          lists(field, !detections);
        }
        case "predictions" -> {
          listed |= detections;
          lists(field, detections);
        }
        default -> in.skip();
      }
    }
    if (image.isEmpty()) {
      throw in.error("data", "missing \"image\", the address of the task's image");
    }
    if (!listed) {
      throw in.error(
          "",
          detections
              ? "missing \"predictions\""
              : "missing \"annotations\"; export the project as \"JSON\" (not JSON-MIN), or read"
                  + " its predictions as detections");
    }
    return this;
  }

  /**
   * The labeling config defines the key of the image. It is often image, otherwise one of these.
   */
  private void data() throws IOException {
    in.expectObject("data");
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "image", "img", "picture", "url" -> image = in.text("data." + field);
        case "width" -> width = in.size("data.width");
        case "height" -> height = in.size("data.height");
        default -> in.skip();
      }
    }
  }

  private void lists(String field, boolean used) throws IOException {
    if (!used || in.isNull()) {
      in.skip();
      return;
    }
    in.expectArray(field);
    while (in.nextElement()) {
      Annotation annotation = annotation();
      if (annotation.cancelled()) {
        continue;
      }
      if (regions == null) {
        regions = annotation.regions();
      } else {
        unused++;
      }
    }
  }

  private record Annotation(List<Region> regions, boolean cancelled) {}

  private Annotation annotation() throws IOException {
    List<Region> read = new ArrayList<>();
    boolean cancelled = false;
    in.expectObject("annotations");
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "was_cancelled" -> cancelled = !in.isNull() && in.flag(field, v -> v != 0);
        case "result" -> {
          in.expectArray(field);
          while (in.nextElement()) {
            read.add(region(read.size()));
          }
        }
        default -> in.skip();
      }
    }
    return new Annotation(read, cancelled);
  }

  private Region region(int number) throws IOException {
    String type = "";
    String label = "";
    Values values = new Values("result[" + number + "].value");
    boolean crowd = false;
    double score = Double.NaN;
    int columns = 0;
    int rows = 0;
    in.expectObject("result");
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "type" -> type = in.text(field);
        case "original_width" -> columns = in.isNull() ? 0 : in.size(field);
        case "original_height" -> rows = in.isNull() ? 0 : in.size(field);
        case "score" -> score = in.isNull() ? Double.NaN : in.finite(field);
        case "meta" -> crowd = crowd();
        case "value" -> label = values.read();
        default -> in.skip();
      }
    }
    boolean known = type.matches("rectanglelabels|polygonlabels|brushlabels");
    if (!known || label.isEmpty()) {
      return new Region(number, type, "", new Size(1, 1), null, false, score);
    }
    if (columns < 1 || rows < 1) {
      throw in.error(
          "result[" + number + "]", "original_width and original_height are missing or 0");
    }
    return new Region(number, type, label, new Size(rows, columns), values.of(type), crowd, score);
  }

  private boolean crowd() throws IOException {
    boolean crowd = false;
    in.expectObject("meta");
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      if (field.equals("text")) {
        in.expectArray(field);
        while (in.nextElement()) {
          crowd |= in.text(field).equals(LabelStudioTasks.CROWD);
        }
      } else {
        in.skip();
      }
    }
    return crowd;
  }

  /** The fields of a region's value. */
  private final class Values {

    private static final String[] SIDES = {"x", "y", "width", "height"};

    private final String where;
    private final double[] sides = {Double.NaN, Double.NaN, Double.NaN, Double.NaN};
    private double turned;
    private double[] points = {};
    private byte[] runs = {};

    Values(String where) {
      this.where = where;
    }

    /** Returns the label; empty for none. */
    String read() throws IOException {
      String label = "";
      in.expectObject(where);
      for (String field = in.nextField(); field != null; field = in.nextField()) {
        String name = where + "." + field;
        switch (field) {
          case "x" -> sides[0] = in.finite(name);
          case "y" -> sides[1] = in.finite(name);
          case "width" -> sides[2] = in.finite(name);
          case "height" -> sides[3] = in.finite(name);
          case "rotation" -> turned = in.finite(name);
          case "points" -> points = in.points(name);
          case "rle" -> runs = runs(name);
          case "rectanglelabels", "polygonlabels", "brushlabels" -> {
            in.expectArray(name);
            while (in.nextElement()) {
              String text = in.text(name);
              label = label.isEmpty() ? text : label;
            }
          }
          default -> in.skip();
        }
      }
      return label;
    }

    private byte[] runs(String field) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      in.expectArray(field);
      while (in.nextElement()) {
        long value = in.integer(field);
        if (value < 0 || value > 255) {
          throw in.error(field, "contains " + value + "; expected bytes, 0 to 255");
        }
        bytes.write((int) value);
      }
      return bytes.toByteArray();
    }

    Value of(String type) throws FormatException {
      for (int i = 0; type.equals("rectanglelabels") && i < sides.length; i++) {
        if (Double.isNaN(sides[i])) {
          throw in.error(where + "." + SIDES[i], "is missing");
        }
      }
      if (type.equals("polygonlabels") && points.length < 6) {
        throw in.error(
            where + ".points", "has " + points.length / 2 + " points; expected three or more");
      }
      if (type.equals("brushlabels") && runs.length == 0) {
        throw in.error(where + ".rle", "is missing");
      }
      return new Value(new Box(sides[0], sides[1], sides[2], sides[3]), turned, points, runs);
    }
  }
}
