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
 * The best classes of images. The file has one JSON object per line, as written by {@link
 * ClassResultsWriter}, or a list of such objects with {@code file} instead of {@code image}, as
 * written by {@code dovetail predict}.
 *
 * @param source the file
 * @param images by the name of the image, in the order of the file
 */
public record ClassResults(Path source, Map<String, Entry> images) {

  private static final JsonFactory JSON = new JsonFactory();

  private static final String EXPECTED =
      "; expected a line such as {\"image\":\"cat/1.jpg\",\"classes\":[{\"name\":\"cat\"},…]}";

  /**
   * The result of an image.
   *
   * @param classes the names of its best classes, best first
   * @param scores the scores of the classes; NaN if the file has none
   * @param place the line or record in messages
   */
  public record Entry(List<String> classes, List<Double> scores, String place) {

    /**
     * Copies the lists.
     *
     * @param classes the names of its best classes, best first
     * @param scores the scores of the classes
     * @param place the line or record in messages
     */
    public Entry {
      classes = List.copyOf(classes);
      scores = List.copyOf(scores);
    }
  }

  /**
   * Copies the map and keeps its order.
   *
   * @param source the file
   * @param images by the name of the image, in the order of the file
   */
  public ClassResults {
    images = Collections.unmodifiableMap(new LinkedHashMap<>(images));
  }

  /**
   * Reads a file: the names of classes, and their scores if there are any.
   *
   * @param file the file
   * @return its content
   * @throws IOException if it cannot be read, contains no image, or contains an image or a class
   *     twice
   */
  public static ClassResults read(Path file) throws IOException {
    Map<String, Entry> images = new LinkedHashMap<>();
    List<String> lines = TextFile.lines(file);
    if (lines.stream().filter(line -> !line.isBlank()).limit(1).anyMatch(ClassResults::isList)) {
      readList(file, String.join("\n", lines), images);
    } else {
      for (int i = 0; i < lines.size(); i++) {
        if (!lines.get(i).isBlank()) {
          readLine(file + ":" + (i + 1), lines.get(i), images);
        }
      }
    }
    if (images.isEmpty()) {
      throw new FormatException(file + " contains no image" + EXPECTED);
    }
    return new ClassResults(file, images);
  }

  private static boolean isList(String line) {
    return line.strip().startsWith("[");
  }

  private static void readLine(String place, String text, Map<String, Entry> images)
      throws IOException {
    try (JsonParser json = JSON.createParser(text)) {
      Item item = new Item(json, place);
      item.require(json.nextToken() == JsonToken.START_OBJECT, " is not a JSON object");
      item.readInto(images);
      item.require(json.nextToken() == null, " contains more than one JSON object");
    } catch (JsonProcessingException e) {
      throw invalid(place, e);
    }
  }

  private static void readList(Path file, String text, Map<String, Entry> images)
      throws IOException {
    String place = file + ": results";
    try (JsonParser json = JSON.createParser(text)) {
      json.nextToken();
      for (int i = 0; json.nextToken() != JsonToken.END_ARRAY; i++) {
        Item item = new Item(json, place + "[" + i + "]");
        item.require(json.hasToken(JsonToken.START_OBJECT), " is not a JSON object");
        item.readInto(images);
      }
    } catch (JsonProcessingException e) {
      throw invalid(place, e);
    }
  }

  private static FormatException invalid(String place, JsonProcessingException e) {
    return new FormatException(
        place + " is not valid JSON (" + e.getOriginalMessage() + ")" + EXPECTED, e);
  }

  /** An object with its location for messages. */
  private record Item(JsonParser json, String place) {

    /** Reads from after its start to its end. */
    void readInto(Map<String, Entry> images) throws IOException {
      String image = null;
      List<String> classes = null;
      List<Double> scores = new ArrayList<>();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String field = json.currentName();
        json.nextToken();
        switch (field) {
          case "image", "file" -> image = text(field);
          case "classes" -> classes = classes(scores);
          default -> json.skipChildren();
        }
      }
      require(image != null, " has no 'image'");
      require(classes != null, " has no 'classes'");
      Entry other = images.put(image, new Entry(classes, scores, place));
      if (other != null) {
        throw new FormatException(
            place + ": the image '" + image + "' is in " + other.place() + " already");
      }
    }

    private void require(boolean condition, String otherwise) throws FormatException {
      if (!condition) {
        throw new FormatException(place + otherwise + EXPECTED);
      }
    }

    private String text(String field) throws IOException {
      require(json.hasToken(JsonToken.VALUE_STRING), ": '" + field + "' is not a string");
      return json.getText();
    }

    private List<String> classes(List<Double> scores) throws IOException {
      require(json.isExpectedStartArrayToken(), ": 'classes' is not a list");
      List<String> names = new ArrayList<>();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        String at = "classes[" + names.size() + "]";
        require(json.isExpectedStartObjectToken(), ": '" + at + "' is not a JSON object");
        String name = null;
        double score = Double.NaN;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String field = json.currentName();
          json.nextToken();
          if (field.equals("name")) {
            name = text(at + ".name");
          } else if (field.equals("score") && json.currentToken().isNumeric()) {
            score = json.getDoubleValue();
          } else {
            json.skipChildren();
          }
        }
        require(name != null, ": '" + at + "' has no 'name'");
        require(!names.contains(name), ": the class '" + name + "' is listed twice");
        names.add(name);
        scores.add(score);
      }
      return names;
    }
  }
}
