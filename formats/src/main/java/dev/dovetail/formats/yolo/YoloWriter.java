package dev.dovetail.formats.yolo;

import dev.dovetail.files.OutputFile;
import dev.dovetail.formats.Box;
import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.LabelledObject;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.mask.MaskOutline;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.formats.mask.Segmentation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Writes label files of YOLO; {@link YoloLabels} reads them. In Ultralytics, the lines of a file
 * are either all boxes or all outlines. Therefore, a box beside outlines is written as the outline
 * of its corners. Several outlines of an object, or outlines with holes, are joined by lines that
 * are traversed in both directions. All coordinates are inside the image, as Ultralytics requires.
 */
public final class YoloWriter {

  private final Map<String, Integer> classes;
  private final Warnings warnings;

  /**
   * Creates a writer of the files of one data set.
   *
   * @param classes the index of each class by name
   * @param warnings counts omitted or clipped objects
   */
  public YoloWriter(Map<String, Integer> classes, Warnings warnings) {
    this.classes = classes;
    this.warnings = warnings;
  }

  /**
   * Writes the file of one image; an existing one is replaced. Objects with a score end with it.
   *
   * @param file the file
   * @param image with its objects
   * @throws IOException if the file cannot be written
   */
  public void write(Path file, LabelledImage image) throws IOException {
    boolean outlines = image.objects().stream().anyMatch(LabelledObject::hasMask);
    StringBuilder text = new StringBuilder();
    for (LabelledObject object : image.objects()) {
      if (object.difficult()) {
        warnings.add(
            "crowds and difficult objects (omitted: YOLO's labels cannot mark them)",
            () -> image.source() + ": a " + object.category());
        continue;
      }
      double[] values = outlines ? outline(image, object) : box(image, object);
      if (values.length == 0) {
        warnings.add(
            "objects without a pixel in their image (omitted)",
            () -> image.source() + ": a " + object.category());
        continue;
      }
      text.append(classes.get(object.category()));
      for (double value : values) {
        text.append(' ').append(value);
      }
      if (object.hasScore()) {
        text.append(' ').append(object.score());
      }
      text.append('\n');
    }
    OutputFile.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** Returns the center and the size as fractions; empty if the box is outside of the image. */
  private double[] box(LabelledImage image, LabelledObject object) throws IOException {
    Size size = image.size();
    Box box = object.box();
    double left = Math.min(Math.max(box.x(), 0), size.width());
    double top = Math.min(Math.max(box.y(), 0), size.height());
    double right = Math.max(Math.min(box.x() + box.width(), size.width()), left);
    double bottom = Math.max(Math.min(box.y() + box.height(), size.height()), top);
    if (left == size.width() || top == size.height() || right == 0 || bottom == 0) {
      return new double[0];
    }
    if (!box.equals(new Box(left, top, right - left, bottom - top))
        && (right - left < box.width() || bottom - top < box.height())) {
      warnings.add(
          "boxes that extend beyond their image (clipped to it)",
          () -> image.source() + ": " + box + " in " + size);
    }
    return new double[] {
      (left + right) / 2 / size.width(),
      (top + bottom) / 2 / size.height(),
      (right - left) / size.width(),
      (bottom - top) / size.height()
    };
  }

  private double[] outline(LabelledImage image, LabelledObject object) throws IOException {
    Size size = image.size();
    if (object.segmentation() instanceof Segmentation.Polygons polygons
        && polygons.parts().length == 1) {
      double[] fractions = fractions(polygons.parts()[0], size);
      if (Arrays.stream(fractions).allMatch(f -> f >= 0 && f <= 1)) {
        return fractions;
      }
    }
    Box b = object.box();
    Rle mask =
        object.hasMask()
            ? object.mask(size)
            : Rle.ofBox(size.height(), size.width(), b.x(), b.y(), b.width(), b.height());
    return fractions(MaskOutline.joined(mask), size);
  }

  private static double[] fractions(double[] pixels, Size size) {
    double[] fractions = new double[pixels.length / 2 * 2];
    for (int i = 0; i < fractions.length; i++) {
      fractions[i] = pixels[i] / (i % 2 == 0 ? size.width() : size.height());
    }
    return fractions;
  }

  /**
   * Writes the {@code data.yaml} of a data set whose images are in the directory {@code images}
   * beside it, and whose labels are in {@code labels}. Without {@code path}, Ultralytics uses the
   * directory of the file; {@code path: .} would be the working directory.
   *
   * @param file the file
   * @param names of the classes
   * @throws IOException if the file cannot be written
   */
  public static void writeYaml(Path file, List<String> names) throws IOException {
    StringBuilder text =
        new StringBuilder("train: images\nval: images\n\nnc: " + names.size() + "\n");
    text.append("names:\n");
    for (int i = 0; i < names.size(); i++) {
      text.append("  ").append(i).append(": ").append(quoted(names.get(i))).append('\n');
    }
    OutputFile.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Returns a name unquoted if YAML cannot interpret it as something else, otherwise in double
   * quotes.
   */
  private static String quoted(String name) {
    if (name.matches("[A-Za-z][A-Za-z _-]*[A-Za-z]")
        && !name.matches("(?i)y|n|yes|no|on|off|true|false|null")) {
      return name;
    }
    StringBuilder quoted = new StringBuilder("\"");
    for (char c : name.toCharArray()) {
      if (c == '"' || c == '\\') {
        quoted.append('\\');
      }
      quoted.append(c);
    }
    return quoted.append('"').toString();
  }
}
