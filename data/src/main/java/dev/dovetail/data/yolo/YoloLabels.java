package dev.dovetail.data.yolo;

import dev.dovetail.data.coco.Box;
import dev.dovetail.data.coco.CocoFormatException;
import dev.dovetail.data.coco.LabelledObject;
import dev.dovetail.data.image.Size;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads label files of YOLO, as Ultralytics defines and writes them.
 *
 * <p>A line is {@code class x y width height}, the middle and the size of a box, or {@code class x0
 * y0 x1 y1 x2 y2 …}, an outline of at least three points; all as fractions of the image, which are
 * kept where they leave it. A detection ends with its score.
 */
public final class YoloLabels {

  private static final int BOX = 5;
  private static final int LEAST_OUTLINE = 7;

  private final Path file;
  private final Size image;
  private final List<String> classes;
  private final boolean detections;

  private YoloLabels(Path file, Size image, List<String> classes, boolean detections) {
    this.file = file;
    this.image = image;
    this.classes = classes;
    this.detections = detections;
  }

  /**
   * {@return the objects of one image, in the order of the file}
   *
   * @param file the file
   * @param image the size of the upright image
   * @param classes the names of classes 0, 1, …
   * @param detections whether each line ends with a score
   * @throws CocoFormatException naming file, line and field
   */
  public static List<LabelledObject> read(
      Path file, Size image, List<String> classes, boolean detections) throws IOException {
    return new YoloLabels(file, image, classes, detections).read();
  }

  private List<LabelledObject> read() throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (CharacterCodingException e) {
      throw new CocoFormatException(file + ": is no text file", e);
    }
    List<LabelledObject> objects = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        objects.add(object(lines.get(i).strip().split("\\s+"), i + 1));
      }
    }
    return objects;
  }

  private LabelledObject object(String[] words, int line) throws CocoFormatException {
    int n = detections ? words.length - 1 : words.length;
    if (n != BOX && (n < LEAST_OUTLINE || n % 2 == 0)) {
      throw error(
          line,
          "has "
              + words.length
              + " numbers; expected a class and 4 for a box, or x and y of three or more points"
              + (detections ? ", and then a score" : " (and no score: this is ground truth)"));
    }
    String category = category(words[0], line);
    double[] values = new double[n - 1];
    for (int i = 0; i < values.length; i++) {
      values[i] = number(words[i + 1], line, i + 2);
    }
    double score = detections ? number(words[n], line, n + 1) : Double.NaN;
    return n == BOX
        ? new LabelledObject(category, box(values), new double[0], score, false)
        : outline(category, values, score);
  }

  private Box box(double[] v) {
    double width = v[2] * image.width();
    double height = v[3] * image.height();
    return new Box(
        v[0] * image.width() - width / 2, v[1] * image.height() - height / 2, width, height);
  }

  private LabelledObject outline(String category, double[] values, double score) {
    double left = Double.POSITIVE_INFINITY;
    double top = Double.POSITIVE_INFINITY;
    double right = Double.NEGATIVE_INFINITY;
    double bottom = Double.NEGATIVE_INFINITY;
    double[] polygon = new double[values.length];
    for (int i = 0; i < values.length; i += 2) {
      polygon[i] = values[i] * image.width();
      polygon[i + 1] = values[i + 1] * image.height();
      left = Math.min(left, polygon[i]);
      right = Math.max(right, polygon[i]);
      top = Math.min(top, polygon[i + 1]);
      bottom = Math.max(bottom, polygon[i + 1]);
    }
    Box box = new Box(left, top, right - left, bottom - top);
    return new LabelledObject(category, box, polygon, score, false);
  }

  private String category(String word, int line) throws CocoFormatException {
    try {
      int index = Integer.parseInt(word);
      if (index >= 0 && index < classes.size()) {
        return classes.get(index);
      }
    } catch (NumberFormatException e) {
      // the sentence below says it
    }
    throw error(
        line, "field 1 is \"" + word + "\"; expected a class from 0 to " + (classes.size() - 1));
  }

  private double number(String word, int line, int field) throws CocoFormatException {
    try {
      double value = Double.parseDouble(word);
      if (Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      // the sentence below says it
    }
    throw error(line, "field " + field + " is \"" + word + "\"; expected a number");
  }

  private CocoFormatException error(int line, String problem) {
    return new CocoFormatException(file + ":" + line + ": " + problem);
  }
}
