package dev.dovetail.formats.voc;

import dev.dovetail.formats.Box;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.LabelledObject;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.xml.XmlSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLStreamException;

/**
 * An annotation file of Pascal VOC: an image and its objects.
 *
 * @param fileName of the image; empty if missing
 * @param size of the image
 * @param objects in the order of the file
 */
public record VocAnnotation(String fileName, Size size, List<LabelledObject> objects) {

  /** The meaning of the numbers in a {@code bndbox}. */
  public enum Pixels {
    /** As in the challenge: the first pixel is 1, and the last pixel is inside the box. */
    FROM_ONE,
    /** As in files of many programs: left, top, right and bottom edge, starting at 0. */
    FROM_ZERO
  }

  /**
   * Reads one file. Parts of objects and unknown elements are ignored.
   *
   * @param image the size of the upright image; empty if unknown
   * @param warnings counts sizes that are missing or differ from the image's, and implausible boxes
   * @param file the file
   * @param pixels the meaning of the numbers
   * @return the annotation
   * @throws FormatException naming file, line and field; with {@link
   *     dev.dovetail.formats.Strictness#STRICT}, also for anomalies
   */
  public static VocAnnotation read(
      Path file, Pixels pixels, Optional<Size> image, Warnings warnings) throws IOException {
    return XmlSource.read(
        file, "annotation", xml -> new Reader(pixels, xml).annotation(image, warnings));
  }

  /** Reads one file. */
  private static final class Reader {

    private final Pixels pixels;
    private final XmlSource xml;
    private String sizeAt;

    Reader(Pixels pixels, XmlSource xml) {
      this.pixels = pixels;
      this.xml = xml;
    }

    VocAnnotation annotation(Optional<Size> image, Warnings warnings)
        throws XMLStreamException, IOException {
      Map<String, String> texts = new HashMap<>();
      Map<String, String> sides = new HashMap<>();
      List<LabelledObject> objects = new ArrayList<>();
      List<String> places = new ArrayList<>();
      xml.children(
          name -> {
            switch (name) {
              case "filename" -> xml.once(texts, name, name);
              case "size" -> {
                sizeAt = xml.place();
                xml.children(side -> xml.once(sides, side, "size." + side));
              }
              case "object" -> {
                String where = "object[" + objects.size() + "]";
                objects.add(object(where));
                places.add(xml.place() + where);
              }
              default -> xml.skip();
            }
          });
      sizeAt = sizeAt == null ? xml.place() : sizeAt;
      Size size = size(sides, image, warnings);
      for (int i = 0; i < objects.size(); i++) {
        objects.get(i).check(size, warnings, places.get(i));
      }
      return new VocAnnotation(texts.getOrDefault("filename", ""), size, objects);
    }

    private Size size(Map<String, String> sides, Optional<Size> image, Warnings warnings)
        throws FormatException {
      String where = sizeAt + "size";
      boolean present = sides.containsKey("width") && sides.containsKey("height");
      if (image.isPresent() && !present) {
        warnings.add("sizes that are missing (taken from the image)", () -> where);
        return image.get();
      }
      double width = xml.number(sides, "size.", "width");
      double height = xml.number(sides, "size.", "height");
      if (image.isPresent() && width == 0 && height == 0) {
        warnings.add("sizes of 0 (taken from the image)", () -> where);
        return image.get();
      }
      if (width < 1 || height < 1 || width != (int) width || height != (int) height) {
        throw new FormatException(
            where
                + ": is "
                + (sides.get("width") + "x" + sides.get("height"))
                + "; expected an integer of 1 or more, or 0 if the directory of images is"
                + " specified");
      }
      Size size = new Size((int) height, (int) width);
      if (image.isPresent() && !image.get().equals(size)) {
        warnings.add(
            "sizes that differ from the image's (kept unchanged)",
            () -> where + ": " + size + ", the image is " + image.get());
      }
      return size;
    }

    private LabelledObject object(String where) throws XMLStreamException, IOException {
      Map<String, String> fields = new HashMap<>();
      Map<String, String> box = new HashMap<>();
      xml.children(
          name -> {
            switch (name) {
              case "name", "difficult", "confidence", "score" ->
                  xml.once(fields, name, where + "." + name);
              case "bndbox" -> xml.children(side -> xml.once(box, side, where + ".bndbox." + side));
              default -> xml.skip();
            }
          });
      String category = fields.getOrDefault("name", "");
      if (category.isEmpty()) {
        throw xml.error(where, "missing <name>");
      }
      boolean difficult =
          fields.containsKey("difficult") && xml.number(fields, where + ".", "difficult") != 0;
      String scored = fields.containsKey("confidence") ? "confidence" : "score";
      double score =
          fields.containsKey(scored) ? xml.number(fields, where + ".", scored) : Double.NaN;
      return LabelledObject.of(category, box(where, box)).withScore(score).withDifficult(difficult);
    }

    private Box box(String where, Map<String, String> sides) throws FormatException {
      String prefix = where + ".bndbox.";
      double left = xml.number(sides, prefix, "xmin");
      double top = xml.number(sides, prefix, "ymin");
      double right = xml.number(sides, prefix, "xmax");
      double bottom = xml.number(sides, prefix, "ymax");
      if (right < left || bottom < top) {
        throw xml.error(
            where + ".bndbox",
            "its corners are swapped: "
                + (right < left
                    ? "xmin " + sides.get("xmin") + " is above xmax " + sides.get("xmax")
                    : "ymin " + sides.get("ymin") + " is above ymax " + sides.get("ymax")));
      }
      return pixels == Pixels.FROM_ONE
          ? new Box(left - 1, top - 1, right - left + 1, bottom - top + 1)
          : new Box(left, top, right - left, bottom - top);
    }
  }
}
