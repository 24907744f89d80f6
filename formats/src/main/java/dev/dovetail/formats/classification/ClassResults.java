package dev.dovetail.formats.classification;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.dovetail.files.TextFile;
import dev.dovetail.formats.FormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The best classes of images, one JSON object a line, as {@link ClassResultsWriter} writes them.
 *
 * @param source the file
 * @param images by the name of the image, in the order of the file
 */
public record ClassResults(Path source, Map<String, Entry> images) {

  private static final JsonFactory JSON = new JsonFactory();

  private static final String EXPECTED =
      "; expected a line such as {\"image\":\"cat/1.jpg\",\"classes\":[{\"name\":\"cat\"},…]}";

  /**
   * What was found for an image.
   *
   * @param classes the names of its best classes, best first
   * @param line the number of its line, from 1
   */
  public record Entry(List<String> classes, int line) {

    /**
     * Copies the list.
     *
     * @param classes the names of its best classes, best first
     * @param line the number of its line, from 1
     */
    public Entry {
      classes = List.copyOf(classes);
    }
  }

  /**
   * Keeps the map's order.
   *
   * @param source the file
   * @param images by the name of the image, in the order of the file
   */
  public ClassResults {
    images = Collections.unmodifiableMap(new LinkedHashMap<>(images));
  }

  /**
   * Reads a file; of a class only the name is read.
   *
   * @param file the file
   * @return its content
   * @throws IOException if it cannot be read, holds no image, or an image or a class twice
   */
  public static ClassResults read(Path file) throws IOException {
    Map<String, Entry> images = new LinkedHashMap<>();
    List<String> lines = TextFile.lines(file);
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        new Line(lines.get(i), file, i + 1).readInto(images);
      }
    }
    if (images.isEmpty()) {
      throw new FormatException(file + " has no image" + EXPECTED);
    }
    return new ClassResults(file, images);
  }

  /** A line with its place, for messages. */
  private record Line(String text, Path file, int number) {

    void readInto(Map<String, Entry> images) throws IOException {
      String image = null;
      List<String> classes = null;
      try (JsonParser json = JSON.createParser(text)) {
        require(json.nextToken() == JsonToken.START_OBJECT, " is not a JSON object");
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String field = json.currentName();
          json.nextToken();
          switch (field) {
            case "image" -> image = text(json, field);
            case "classes" -> classes = classes(json);
            default -> json.skipChildren();
          }
        }
        require(json.nextToken() == null, " holds more than one JSON object");
      } catch (JsonProcessingException e) {
        throw new FormatException(
            place() + " is not valid JSON (" + e.getOriginalMessage() + ")" + EXPECTED, e);
      }
      require(image != null, " has no 'image'");
      require(classes != null, " has no 'classes'");
      Entry other = images.put(image, new Entry(classes, number));
      if (other != null) {
        throw new FormatException(
            place() + ": the image '" + image + "' is on line " + other.line() + " already");
      }
    }

    private String place() {
      return file + ":" + number;
    }

    private void require(boolean condition, String otherwise) throws FormatException {
      if (!condition) {
        throw new FormatException(place() + otherwise + EXPECTED);
      }
    }

    private String text(JsonParser json, String field) throws IOException {
      require(json.hasToken(JsonToken.VALUE_STRING), ": '" + field + "' is not a text");
      return json.getText();
    }

    private List<String> classes(JsonParser json) throws IOException {
      require(json.isExpectedStartArrayToken(), ": 'classes' is not a list");
      List<String> names = new ArrayList<>();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        String at = "classes[" + names.size() + "]";
        require(json.isExpectedStartObjectToken(), ": '" + at + "' is not a JSON object");
        String name = null;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          boolean isName = json.currentName().equals("name");
          json.nextToken();
          if (isName) {
            name = text(json, at + ".name");
          } else {
            json.skipChildren();
          }
        }
        require(name != null, ": '" + at + "' has no 'name'");
        require(!names.contains(name), ": the class '" + name + "' is listed twice");
        names.add(name);
      }
      return names;
    }
  }
}
