package dev.dovetail.formats.labelme;

import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.ImageSizes;
import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.LabelledObject;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.JsonSource;
import dev.dovetail.formats.image.BadImageException;
import dev.dovetail.formats.image.ImageBytes;
import dev.dovetail.formats.image.PngFile;
import dev.dovetail.formats.mask.Rle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads an annotation file of <a href="https://github.com/wkentaro/labelme">LabelMe</a> 3 to 5:
 * polygons, rectangles, circles and masks. Polygons with the same label and {@code group_id} are
 * one object. The flag {@code iscrowd} marks an ignored object, the field {@code score} a
 * detection. Lines and points are ignored, with a counted warning.
 */
public final class LabelMeFile {

  /** A flag of shapes. */
  static final String CROWD = "iscrowd";

  /** The tolerance of the outline that approximates a circle, about a tenth of a pixel. */
  private static final int CIRCLE_POINTS = 72;

  private final Path file;
  private final JsonSource in;
  private final Warnings warnings;
  private final List<Shape> shapes = new ArrayList<>();

  private LabelMeFile(Path file, JsonSource in, Warnings warnings) {
    this.file = file;
    this.in = in;
    this.warnings = warnings;
  }

  /**
   * An entry of {@code shapes}. The points of other polygons of the same object are added later.
   */
  private record Shape(
      String label,
      String kind,
      List<double[]> parts,
      String mask,
      String group,
      boolean crowd,
      double score) {}

  /**
   * Reads one file.
   *
   * @param file the file
   * @param name the base name of files about the image
   * @param sizes of images whose size is not in the file
   * @param warnings counts ignored shapes and implausible boxes
   * @return the image
   * @throws FormatException naming file, shape and field
   */
  public static LabelledImage read(Path file, String name, ImageSizes sizes, Warnings warnings)
      throws IOException {
    return JsonSource.read(file, in -> new LabelMeFile(file, in, warnings).read())
        .image(name, sizes);
  }

  private String imagePath = "";
  private int width;
  private int height;

  private LabelMeFile read() throws IOException {
    boolean listed = false;
    in.expectObject("");
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "imagePath" -> imagePath = in.text(field);
        case "imageWidth" -> width = in.isNull() ? 0 : in.size(field);
        case "imageHeight" -> height = in.isNull() ? 0 : in.size(field);
        case "shapes" -> {
          listed = true;
          in.expectArray(field);
          while (in.nextElement()) {
            in.at("shapes", shapes.size());
            shapes.add(shape());
          }
          in.at("", -1);
        }
        default -> in.skip();
      }
    }
    if (!listed) {
      throw in.error("", "missing \"shapes\"; this is not a file of LabelMe");
    }
    return this;
  }

  private Shape shape() throws IOException {
    String label = "";
    String kind = "polygon";
    double[] points = {};
    String mask = "";
    String group = "";
    boolean crowd = false;
    double score = Double.NaN;
    in.expectObject("");
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "label" -> label = in.text(field);
        case "shape_type" -> kind = in.text(field);
        case "points" -> points = in.points(field);
        case "mask" -> mask = in.text(field);
        case "group_id" -> group = in.text(field);
        case "score" -> score = in.isNull() ? Double.NaN : in.finite(field);
        case "flags" -> crowd = crowd();
        default -> in.skip();
      }
    }
    if (label.isEmpty()) {
      throw in.error("label", "is missing");
    }
    checkCount(kind, points.length / 2, mask);
    List<double[]> parts = new ArrayList<>(List.of(points));
    return new Shape(label, kind, parts, mask, group, crowd, score);
  }

  private boolean crowd() throws IOException {
    boolean crowd = false;
    if (in.isNull()) {
      return false;
    }
    in.expectObject("flags");
    for (String flag = in.nextField(); flag != null; flag = in.nextField()) {
      if (flag.equals(CROWD)) {
        crowd = in.flag("flags." + flag, value -> value != 0);
      } else {
        in.skip();
      }
    }
    return crowd;
  }

  private void checkCount(String kind, int points, String mask) throws FormatException {
    boolean right =
        switch (kind) {
          case "polygon" -> points >= 3;
          case "rectangle" -> points == 2 || points == 4;
          case "circle" -> points == 2;
          case "oriented_rectangle" -> points == 4;
          case "mask" -> points == 2;
          default -> true;
        };
    if (!right) {
      String expected =
          kind.equals("polygon") ? "three or more" : kind.startsWith("oriented") ? "four" : "two";
      throw in.error("points", "a " + kind + " of " + points + " points; expected " + expected);
    }
    if (kind.equals("mask") && mask.isEmpty()) {
      throw in.error("mask", "is missing; a shape of the type mask requires a PNG in base64");
    }
  }

  private LabelledImage image(String name, ImageSizes sizes) throws IOException {
    String base =
        imagePath.substring(Math.max(imagePath.lastIndexOf('/'), imagePath.lastIndexOf('\\')) + 1);
    String folder = name.substring(0, name.lastIndexOf('/') + 1);
    String fileName = base.isEmpty() ? name + ".jpg" : folder + base;
    Size size = size(fileName, sizes);
    List<LabelledObject> objects = new ArrayList<>();
    for (Shape shape : grouped()) {
      int number = shapes.indexOf(shape);
      String where = file + ": shapes[" + number + "]";
      Optional<LabelledObject> object = object(shape, size, where);
      if (object.isEmpty()) {
        warnings.add(
            "shapes without an area, such as lines and points (ignored)",
            () -> where + ": " + shape.kind());
        continue;
      }
      object.get().check(size, warnings, where);
      objects.add(object.get().withScore(shape.score()).withDifficult(shape.crowd()));
    }
    return new LabelledImage(file.toString(), name, fileName, size, objects);
  }

  private Size size(String fileName, ImageSizes sizes) throws IOException {
    if (width > 0 && height > 0) {
      return new Size(height, width);
    }
    return sizes
        .find(fileName)
        .orElseThrow(
            () ->
                new FormatException(
                    file
                        + ": imageWidth and imageHeight are missing; specify the directory of"
                        + " images with --images"));
  }

  /** Adds a polygon to the first one with the same label and group. */
  private List<Shape> grouped() {
    Map<String, Shape> first = new LinkedHashMap<>();
    List<Shape> kept = new ArrayList<>();
    for (Shape shape : shapes) {
      boolean joins = shape.kind().equals("polygon") && !shape.group().isEmpty();
      Shape other = joins ? first.putIfAbsent(shape.group() + " " + shape.label(), shape) : null;
      if (other == null) {
        kept.add(shape);
      } else {
        other.parts().addAll(shape.parts());
      }
    }
    return kept;
  }

  private static Optional<LabelledObject> object(Shape shape, Size size, String where)
      throws IOException {
    double[] p = shape.parts().get(0);
    String label = shape.label();
    return switch (shape.kind()) {
      case "polygon", "oriented_rectangle" ->
          Optional.of(LabelledObject.of(label, shape.parts().toArray(new double[0][])));
      case "rectangle" -> Optional.of(LabelledObject.of(label, LabelledObject.of(label, p).box()));
      case "circle" -> Optional.of(LabelledObject.of(label, circle(p)));
      case "mask" -> Optional.of(LabelledObject.of(label, mask(shape, size, where)));
      default -> Optional.empty();
    };
  }

  /** Reads a circle: the center and a point on the circumference. */
  private static double[] circle(double... p) {
    double radius = Math.hypot(p[2] - p[0], p[3] - p[1]);
    double[] outline = new double[2 * CIRCLE_POINTS];
    for (int i = 0; i < CIRCLE_POINTS; i++) {
      double angle = 2 * Math.PI * i / CIRCLE_POINTS;
      outline[2 * i] = p[0] + radius * Math.cos(angle);
      outline[2 * i + 1] = p[1] + radius * Math.sin(angle);
    }
    return outline;
  }

  /**
   * Reads a mask: a PNG whose nonzero pixels are the object. Its first pixel is at the first point.
   */
  private static Rle mask(Shape shape, Size size, String where) throws IOException {
    double[] p = shape.parts().get(0);
    byte[] samples;
    PngFile png;
    try {
      byte[] bytes = Base64.getMimeDecoder().decode(shape.mask());
      png = PngFile.of(new ImageBytes(where + ".mask", bytes));
      samples = png.samples();
    } catch (IllegalArgumentException e) {
      throw new FormatException(where + ".mask: is not base64 (" + e.getMessage() + ")", e);
    } catch (BadImageException e) {
      throw new FormatException(e.getMessage(), e);
    }
    int w = png.size().width();
    int h = png.size().height();
    int x = (int) Math.min(p[0], p[2]);
    int y = (int) Math.min(p[1], p[3]);
    if (png.colour().channels() != 1 || png.bitDepth() > 8) {
      throw new FormatException(
          where
              + ".mask: is a PNG of "
              + png.colour()
              + " pixels; expected one channel with 8 bits");
    }
    byte[] pixels = new byte[samples.length];
    for (int i = 0; i < samples.length; i++) {
      pixels[i % w * h + i / w] = samples[i];
    }
    try {
      return Rle.ofRegion(size.height(), size.width(), x, y, w, h, pixels);
    } catch (IllegalArgumentException e) {
      throw new FormatException(where + ".mask: " + e.getMessage(), e);
    }
  }
}
