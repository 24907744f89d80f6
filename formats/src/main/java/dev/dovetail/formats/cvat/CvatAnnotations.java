package dev.dovetail.formats.cvat;

import dev.dovetail.formats.Box;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.LabelledObject;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.xml.XmlSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLStreamException;

/**
 * A file of the format <a href="https://docs.cvat.ai/docs/other/xml_format/">CVAT for images
 * 1.1</a>: boxes, polygons and masks. Rotated boxes become outlines. Polygons with the same label
 * and group are one object. The attribute {@code is_crowd} marks an ignored object, {@code score} a
 * detection. Other shapes are ignored, with a counted warning.
 *
 * @param labels in the order of the file's {@code meta}; empty if missing
 * @param images in the order of the file
 */
public record CvatAnnotations(List<String> labels, List<LabelledImage> images) {

  /** Attributes of shapes. */
  static final String CROWD = "is_crowd";

  static final String SCORE = "score";

  /**
   * Copies the lists.
   *
   * @param labels in the order of the file
   * @param images in the order of the file
   */
  public CvatAnnotations {
    labels = List.copyOf(labels);
    images = List.copyOf(images);
  }

  /**
   * Reads a file.
   *
   * @param file the file
   * @param warnings counts ignored shapes and implausible boxes
   * @return its content
   * @throws FormatException naming file, line and element, if it has another format or is of a
   *     video
   */
  public static CvatAnnotations read(Path file, Warnings warnings) throws IOException {
    return XmlSource.read(file, "annotations", xml -> new Reader(file, xml, warnings).read());
  }

  /** Reads one file. */
  private static final class Reader {

    private final Path file;
    private final XmlSource xml;
    private final Warnings warnings;
    private final List<String> labels = new ArrayList<>();
    private final List<LabelledImage> images = new ArrayList<>();

    Reader(Path file, XmlSource xml, Warnings warnings) {
      this.file = file;
      this.xml = xml;
      this.warnings = warnings;
    }

    CvatAnnotations read() throws XMLStreamException, IOException {
      xml.children(
          name -> {
            switch (name) {
              case "meta" -> xml.children(this::meta);
              case "image" -> images.add(image());
              case "track" ->
                  throw xml.error(
                      "track",
                      "this is \"CVAT for video 1.1\"; export the task as \"CVAT for images 1.1\"");
              default -> xml.skip();
            }
          });
      return new CvatAnnotations(labels, images);
    }

    /**
     * The elements whose labels are read: a task, a job or a project. Labels elsewhere have other
     * meanings.
     */
    private void meta(String name) throws XMLStreamException, IOException {
      switch (name) {
        case "task", "job", "project" -> xml.children(this::meta);
        case "labels" -> xml.children(label -> xml.children(this::label));
        default -> xml.skip();
      }
    }

    private void label(String name) throws XMLStreamException {
      if (name.equals("name")) {
        labels.add(xml.text());
      } else {
        xml.skip();
      }
    }

    private LabelledImage image() throws XMLStreamException, IOException {
      String where = "image[" + images.size() + "]";
      Map<String, String> image = xml.attributes();
      String name = required(image, where, "name");
      Size size = new Size(side(image, where, "height"), side(image, where, "width"));
      Shapes shapes = new Shapes(where, size);
      xml.children(shapes::read);
      return new LabelledImage(
          file + ": " + where, LabelledImage.stem(name), name, size, shapes.objects());
    }

    private int side(Map<String, String> image, String where, String field) throws FormatException {
      double value = xml.number(image, where + ".", field);
      if (value < 1 || value != (int) value) {
        throw xml.error(
            where + "." + field, "is " + image.get(field) + "; expected an integer of 1 or more");
      }
      return (int) value;
    }

    private String required(Map<String, String> attributes, String where, String field)
        throws FormatException {
      String value = attributes.getOrDefault(field, "");
      if (value.isEmpty()) {
        throw xml.error(where + "." + field, "is missing");
      }
      return value;
    }

    /** Reads the shapes of one image. */
    private final class Shapes {

      private final String image;
      private final Size size;
      private final List<Shape> shapes = new ArrayList<>();

      /** The index of the first polygon of each label and group. */
      private final Map<String, Integer> groups = new LinkedHashMap<>();

      private int count;

      Shapes(String image, Size size) {
        this.image = image;
        this.size = size;
      }

      private record Shape(LabelledObject object, List<double[]> parts, String place) {}

      void read(String kind) throws XMLStreamException, IOException {
        String where = image + "." + kind + "[" + count++ + "]";
        Map<String, String> shape = xml.attributes();
        String place = xml.place() + where;
        switch (kind) {
          case "box", "polygon", "mask" -> {}
          case "tag" -> {
            xml.skip();
            return;
          }
          default -> {
            xml.skip();
            warnings.add("shapes that are not a box, polygon or mask (ignored)", () -> place);
            return;
          }
        }
        String label = required(shape, where, "label");
        List<double[]> parts = new ArrayList<>();
        LabelledObject object;
        if (kind.equals("box")) {
          object = box(label, shape, where);
        } else if (kind.equals("mask")) {
          object = LabelledObject.of(label, new CvatMask(xml, shape, where).read(size));
        } else {
          parts.add(points(required(shape, where, "points"), where));
          object = LabelledObject.of(label, parts.get(0));
        }
        Map<String, String> attributes = attributes(where);
        object = object.withDifficult("true".equalsIgnoreCase(attributes.get(CROWD)));
        if (attributes.containsKey(SCORE)) {
          object = object.withScore(xml.number(attributes, where + ".attribute ", SCORE));
        }
        String group = shape.getOrDefault("group_id", "0");
        Integer first =
            parts.isEmpty() || group.equals("0")
                ? null
                : groups.putIfAbsent(group + " " + label, shapes.size());
        if (first == null) {
          shapes.add(new Shape(object, parts, place));
        } else {
          shapes.get(first).parts().addAll(parts);
        }
      }

      private Map<String, String> attributes(String where) throws XMLStreamException, IOException {
        Map<String, String> attributes = new LinkedHashMap<>();
        xml.children(
            child -> {
              if (child.equals("attribute")) {
                String name = xml.attributes().getOrDefault("name", "");
                xml.once(attributes, name, where + ".attribute " + name);
              } else {
                xml.skip();
              }
            });
        return attributes;
      }

      private LabelledObject box(String label, Map<String, String> shape, String where)
          throws FormatException {
        double left = xml.number(shape, where + ".", "xtl");
        double top = xml.number(shape, where + ".", "ytl");
        double right = xml.number(shape, where + ".", "xbr");
        double bottom = xml.number(shape, where + ".", "ybr");
        if (right < left || bottom < top) {
          throw xml.error(
              where, "its corners are swapped: xtl, ytl must be left of and above xbr, ybr");
        }
        double turned =
            shape.containsKey("rotation") ? xml.number(shape, where + ".", "rotation") : 0;
        return turned == 0
            ? LabelledObject.of(label, new Box(left, top, right - left, bottom - top))
            : LabelledObject.of(label, turned(left, top, right, bottom, Math.toRadians(turned)));
      }

      /** Returns the corners of a box rotated clockwise about its center. */
      private double[] turned(double left, double top, double right, double bottom, double angle) {
        double x = (left + right) / 2;
        double y = (top + bottom) / 2;
        double w = (right - left) / 2;
        double h = (bottom - top) / 2;
        double cos = Math.cos(angle);
        double sin = Math.sin(angle);
        double[] corners = new double[8];
        for (int i = 0; i < 4; i++) {
          double dx = i == 1 || i == 2 ? w : -w;
          double dy = i >= 2 ? h : -h;
          corners[2 * i] = x + dx * cos - dy * sin;
          corners[2 * i + 1] = y + dx * sin + dy * cos;
        }
        return corners;
      }

      private double[] points(String text, String where) throws FormatException {
        String[] points = text.split(";");
        double[] xy = new double[2 * points.length];
        for (int i = 0; i < points.length; i++) {
          String[] pair = points[i].split(",");
          String field = where + ".points[" + i + "]";
          if (pair.length != 2) {
            throw xml.error(field, "is \"" + points[i] + "\"; expected x,y");
          }
          xy[2 * i] = xml.number(pair[0].strip(), field);
          xy[2 * i + 1] = xml.number(pair[1].strip(), field);
        }
        if (points.length < 3) {
          throw xml.error(where + ".points", "has " + points.length + "; expected three or more");
        }
        return xy;
      }

      List<LabelledObject> objects() throws FormatException {
        List<LabelledObject> objects = new ArrayList<>();
        for (Shape shape : shapes) {
          LabelledObject one = shape.object();
          LabelledObject object =
              shape.parts().size() < 2
                  ? one
                  : LabelledObject.of(one.category(), shape.parts().toArray(new double[0][]))
                      .withScore(one.score())
                      .withDifficult(one.difficult());
          object.check(size, warnings, shape.place());
          objects.add(object);
        }
        return objects;
      }
    }
  }
}
