package dev.dovetail.formats.yolo;

import dev.dovetail.files.TextFile;
import dev.dovetail.formats.Box;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.LabelledObject;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.Warnings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads label files of YOLO in the format of Ultralytics.
 *
 * <p>A line is {@code class x y width height}, the center and the size of a box, or {@code class x0
 * y0 x1 y1 x2 y2 …}, an outline of at least three points. All coordinates are fractions of the
 * image. A detection ends with its score.
 *
 * <p>As in Ultralytics, a coordinate may be outside of the image by up to a hundredth. It is kept,
 * with a counted warning.
 */
public final class YoloLabels {

  private static final int BOX = 5;
  private static final int LEAST_OUTLINE = 7;
  private static final double TOLERANCE = 0.01;

  private final Path file;
  private final Size image;
  private final List<String> classes;
  private final boolean detections;
  private final Warnings warnings;

  private YoloLabels(
      Path file, Size image, List<String> classes, boolean detections, Warnings warnings) {
    this.file = file;
    this.image = image;
    this.classes = classes;
    this.detections = detections;
    this.warnings = warnings;
  }

  /**
   * {@return the objects in one image, in the order of the file}
   *
   * @param file the file
   * @param image the size of the upright image
   * @param classes the names of classes 0, 1, …
   * @param detections whether each line ends with a score
   * @param warnings counts values that are slightly outside, and implausible boxes
   * @throws FormatException naming file, line and field; with {@link
   *     dev.dovetail.formats.Strictness#STRICT}, also for anomalies
   */
  public static List<LabelledObject> read(
      Path file, Size image, List<String> classes, boolean detections, Warnings warnings)
      throws IOException {
    return new YoloLabels(file, image, classes, detections, warnings).read();
  }

  private List<LabelledObject> read() throws IOException {
    List<String> lines = TextFile.lines(file);
    List<LabelledObject> objects = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        LabelledObject object = object(lines.get(i).strip().split("\\s+"), i + 1);
        object.check(image, warnings, file + ":" + (i + 1));
        objects.add(object);
      }
    }
    return objects;
  }

  private LabelledObject object(String[] words, int line) throws FormatException {
    int n = detections ? words.length - 1 : words.length;
    if (n != BOX && (n < LEAST_OUTLINE || n % 2 == 0)) {
      throw error(
          line,
          "has "
              + words.length
              + " numbers; expected a class and 4 for a box, or x and y of three or more points"
              + (detections ? ", followed by a score" : " (and no score: this is ground truth)"));
    }
    String category = category(words[0], line);
    double[] values = new double[n - 1];
    for (int i = 0; i < values.length; i++) {
      values[i] = fraction(words[i + 1], line, i + 2, n == BOX && i >= 2);
    }
    double score = detections ? score(words[n], line, n + 1) : Double.NaN;
    if (!detections && n == LEAST_OUTLINE && words[n - 1].equals("1")) {
      warnings.add(
          "outlines of three points that end in a whole number (or boxes with a score and a track"
              + " number?)",
          () -> file + ":" + line);
    }
    return n == BOX
        ? LabelledObject.of(category, box(values)).withScore(score)
        : LabelledObject.of(category, outline(values)).withScore(score);
  }

  private Box box(double[] v) {
    double width = v[2] * image.width();
    double height = v[3] * image.height();
    return new Box(
        v[0] * image.width() - width / 2, v[1] * image.height() - height / 2, width, height);
  }

  private double[] outline(double[] values) {
    double[] polygon = new double[values.length];
    for (int i = 0; i < values.length; i += 2) {
      polygon[i] = values[i] * image.width();
      polygon[i + 1] = values[i + 1] * image.height();
    }
    return polygon;
  }

  private String category(String word, int line) throws FormatException {
    try {
      int index = Integer.parseInt(word);
      if (index >= 0 && index < classes.size()) {
        return classes.get(index);
      }
    } catch (NumberFormatException e) {
      // reported below
    }
    throw error(
        line, "field 1 is \"" + word + "\"; expected a class from 0 to " + (classes.size() - 1));
  }

  private double fraction(String word, int line, int field, boolean side) throws FormatException {
    double value = number(word, line, field);
    if (value < -TOLERANCE || value > 1 + TOLERANCE || side && value < 0) {
      throw error(
          line,
          ("field " + field + " is \"" + word + "\"; expected a fraction of the image, 0 to 1")
              + " (neither pixels nor a track number)");
    }
    if (value < 0 || value > 1) {
      warnings.add(
          "coordinates slightly outside of 0 to 1 (kept unchanged)",
          () -> file + ":" + line + ": field " + field + " is " + word);
    }
    return value;
  }

  private double score(String word, int line, int field) throws FormatException {
    double score = number(word, line, field);
    if (score < 0 || score > 1) {
      throw error(
          line,
          "field "
              + field
              + " is \""
              + word
              + "\"; expected a score from 0 to 1 as the last field");
    }
    return score;
  }

  private double number(String word, int line, int field) throws FormatException {
    try {
      double value = Double.parseDouble(word);
      if (Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      // reported below
    }
    throw error(line, "field " + field + " is \"" + word + "\"; expected a number");
  }

  private FormatException error(int line, String problem) {
    return new FormatException(file + ":" + line + ": " + problem);
  }
}
