package dev.dovetail.formats.voc;

import dev.dovetail.files.GitLfsPointer;
import dev.dovetail.formats.Box;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.LabelledObject;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.Warnings;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * An annotation file of Pascal VOC: an image and its objects.
 *
 * @param fileName of the image, empty where the file does not say
 * @param size of the image
 * @param objects in the order of the file
 */
public record VocAnnotation(String fileName, Size size, List<LabelledObject> objects) {

  /** What the numbers of a {@code bndbox} mean. */
  public enum Pixels {
    /** As in the challenge: the first pixel is 1, the last pixel belongs to the box. */
    FROM_ONE,
    /** As many programs write it: left, top, right and bottom edge, from 0 on. */
    FROM_ZERO
  }

  /**
   * Reads one file. Parts of objects and all that is not known are left out.
   *
   * @param image the size of the upright image; empty where it is not known
   * @param warnings counts sizes that are missing or not the image's, and boxes that cannot be true
   * @param file the file
   * @param pixels whether edges are the first pixel's centre or its corner
   * @return what the file says
   * @throws FormatException naming file, line and field; under {@link
   *     dev.dovetail.formats.Strictness#STRICT} also for what is counted
   */
  public static VocAnnotation read(
      Path file, Pixels pixels, Optional<Size> image, Warnings warnings) throws IOException {
    try (InputStream bytes = new BufferedInputStream(Files.newInputStream(file))) {
      XMLStreamReader xml = factory().createXMLStreamReader(bytes);
      return new Reader(file, pixels, xml).annotation(image, warnings);
    } catch (XMLStreamException e) {
      if (GitLfsPointer.is(file)) {
        throw new FormatException(file + ": " + GitLfsPointer.PROBLEM, e);
      }
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNumber();
      throw new FormatException(
          file + (line > 0 ? ":" + line : "") + ": this is not valid XML (" + reason(e) + ")", e);
    }
  }

  /** Neither documents nor entities from elsewhere, and no entities that grow. */
  private static XMLInputFactory factory() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    return factory;
  }

  private static String reason(XMLStreamException e) {
    String message = e.getMessage() == null ? "" : e.getMessage();
    return message.substring(message.indexOf("Message: ") + 1).replace("essage: ", "").strip();
  }

  /** Walks one file. */
  private static final class Reader {

    private final Path file;
    private final Pixels pixels;
    private final XMLStreamReader xml;
    private String sizeAt;

    Reader(Path file, Pixels pixels, XMLStreamReader xml) {
      this.file = file;
      this.pixels = pixels;
      this.xml = xml;
    }

    /** What takes the element that the reader stands on, from start to end. */
    private interface Child {
      void read(String name) throws XMLStreamException, FormatException;
    }

    VocAnnotation annotation(Optional<Size> image, Warnings warnings)
        throws XMLStreamException, FormatException {
      xml.nextTag();
      if (!xml.getLocalName().equals("annotation")) {
        throw error("", "expected <annotation>, found <" + xml.getLocalName() + ">");
      }
      Map<String, String> texts = new HashMap<>();
      Map<String, String> sides = new HashMap<>();
      List<LabelledObject> objects = new ArrayList<>();
      List<String> places = new ArrayList<>();
      children(
          name -> {
            switch (name) {
              case "filename" -> once(texts, name, name);
              case "size" -> {
                sizeAt = place();
                children(side -> once(sides, side, "size." + side));
              }
              case "object" -> {
                String where = "object[" + objects.size() + "]";
                objects.add(object(where));
                places.add(place() + where);
              }
              default -> skip();
            }
          });
      sizeAt = sizeAt == null ? place() : sizeAt;
      Size size = size(sides, image, warnings);
      for (int i = 0; i < objects.size(); i++) {
        objects.get(i).check(size, warnings, places.get(i));
      }
      while (xml.hasNext()) {
        xml.next(); // more than one document is an error of its own
      }
      return new VocAnnotation(texts.getOrDefault("filename", ""), size, objects);
    }

    private Size size(Map<String, String> sides, Optional<Size> image, Warnings warnings)
        throws FormatException {
      String where = sizeAt + "size";
      boolean given = sides.containsKey("width") && sides.containsKey("height");
      if (image.isPresent() && !given) {
        warnings.add("sizes that are missing (taken from the image)", () -> where);
        return image.get();
      }
      double width = number(sides, "size.", "width");
      double height = number(sides, "size.", "height");
      if (image.isPresent() && width == 0 && height == 0) {
        warnings.add("sizes of 0 (taken from the image)", () -> where);
        return image.get();
      }
      if (width < 1 || height < 1 || width != (int) width || height != (int) height) {
        throw new FormatException(
            where
                + ": is "
                + (sides.get("width") + "x" + sides.get("height"))
                + "; expected whole pixels from 1 on, or 0 where the folder of images is given");
      }
      Size size = new Size((int) height, (int) width);
      if (image.isPresent() && !image.get().equals(size)) {
        warnings.add(
            "sizes that are not the image's (kept as they are)",
            () -> where + ": " + size + ", the image is " + image.get());
      }
      return size;
    }

    private LabelledObject object(String where) throws XMLStreamException, FormatException {
      Map<String, String> fields = new HashMap<>();
      Map<String, String> box = new HashMap<>();
      children(
          name -> {
            switch (name) {
              case "name", "difficult", "confidence", "score" ->
                  once(fields, name, where + "." + name);
              case "bndbox" -> children(side -> once(box, side, where + ".bndbox." + side));
              default -> skip();
            }
          });
      String category = fields.getOrDefault("name", "");
      if (category.isEmpty()) {
        throw error(where, "there is no <name>");
      }
      boolean difficult =
          fields.containsKey("difficult") && number(fields, where + ".", "difficult") != 0;
      String scored = fields.containsKey("confidence") ? "confidence" : "score";
      double score = fields.containsKey(scored) ? number(fields, where + ".", scored) : Double.NaN;
      return new LabelledObject(category, box(where, box), new double[0], score, difficult);
    }

    private Box box(String where, Map<String, String> sides) throws FormatException {
      String prefix = where + ".bndbox.";
      double left = number(sides, prefix, "xmin");
      double top = number(sides, prefix, "ymin");
      double right = number(sides, prefix, "xmax");
      double bottom = number(sides, prefix, "ymax");
      if (right < left || bottom < top) {
        throw error(
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

    private double number(Map<String, String> fields, String prefix, String field)
        throws FormatException {
      String text = fields.get(field);
      if (text == null) {
        throw error(prefix + field, "is missing");
      }
      try {
        double value = Double.parseDouble(text);
        if (Double.isFinite(value)) {
          return value;
        }
      } catch (NumberFormatException e) {
        // the sentence below says it
      }
      throw error(prefix + field, "is \"" + text + "\"; expected a number");
    }

    /** Hands each child element on, and ends behind the element's own end. */
    private void children(Child child) throws XMLStreamException, FormatException {
      while (xml.next() != XMLStreamConstants.END_ELEMENT) {
        if (xml.isStartElement()) {
          child.read(xml.getLocalName());
        }
      }
    }

    /** Takes the text of the element, which must not have come before. */
    private void once(Map<String, String> texts, String name, String field)
        throws XMLStreamException, FormatException {
      if (texts.put(name, text()) != null) {
        throw error(field, "occurs twice");
      }
    }

    private String text() throws XMLStreamException {
      return xml.getElementText().strip();
    }

    private void skip() throws XMLStreamException {
      for (int depth = 1; depth > 0; ) {
        int event = xml.next();
        depth += event == XMLStreamConstants.START_ELEMENT ? 1 : 0;
        depth -= event == XMLStreamConstants.END_ELEMENT ? 1 : 0;
      }
    }

    private FormatException error(String field, String problem) {
      return new FormatException(place() + (field.isEmpty() ? "" : field + ": ") + problem);
    }

    private String place() {
      return file + ":" + xml.getLocation().getLineNumber() + ": ";
    }
  }
}
