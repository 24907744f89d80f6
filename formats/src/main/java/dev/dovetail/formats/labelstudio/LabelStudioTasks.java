package dev.dovetail.formats.labelstudio;

import dev.dovetail.files.WrittenName;
import dev.dovetail.formats.Box;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.ImageSizes;
import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.LabelledObject;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.JsonSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads an export of <a href="https://labelstud.io/guide/export">Label Studio</a> in its format
 * "JSON": tasks with one image each. It reads the regions {@code rectanglelabels}, {@code
 * polygonlabels} and {@code brushlabels} of the first annotation that was not canceled, or of the
 * first prediction. Coordinates are percentages of the image. A rotated rectangle becomes an
 * outline. Other regions are ignored, with a counted warning.
 *
 * <p>The name of the image is the last part of the task's address, without the prefix that Label
 * Studio adds to the names of uploaded files.
 */
public final class LabelStudioTasks {

  /** The text in a region's {@code meta} that marks an ignored object. */
  static final String CROWD = "iscrowd";

  private static final Pattern UPLOADED = Pattern.compile("(.*/)?upload/.*?([0-9a-f]{8})-([^/]+)");
  private static final Pattern LOCAL = Pattern.compile(".*[?&]d=([^&]+).*");

  private LabelStudioTasks() {}

  /**
   * Reads a file.
   *
   * @param file the file
   * @param detections whether to read predictions instead of annotations
   * @param sizes of images of tasks without regions
   * @param warnings counts ignored regions and annotations, and implausible boxes
   * @return the images, in the order of the file
   * @throws FormatException naming file, task, region and field
   */
  public static List<LabelledImage> read(
      Path file, boolean detections, ImageSizes sizes, Warnings warnings) throws IOException {
    List<TaskReader> tasks =
        JsonSource.read(
            file,
            in -> {
              List<TaskReader> read = new ArrayList<>();
              in.expectArray("tasks");
              while (in.nextElement()) {
                in.at("tasks", read.size());
                read.add(new TaskReader(in, detections).read());
              }
              in.at("", -1);
              return read;
            });
    List<LabelledImage> images = new ArrayList<>();
    for (TaskReader task : tasks) {
      images.add(image(task, file + ": tasks[" + images.size() + "]", sizes, warnings));
    }
    return images;
  }

  private static LabelledImage image(
      TaskReader task, String where, ImageSizes sizes, Warnings warnings) throws IOException {
    if (task.unused() > 0) {
      warnings.add(
          "tasks with more than one annotation (the first that was not canceled is read)",
          () -> where);
    }
    String name = fileName(task.image());
    List<LabelledObject> objects = new ArrayList<>();
    Size size = task.size();
    for (Region region : task.regions()) {
      String place = where + ".result[" + region.number() + "]";
      if (!region.isObject()) {
        warnings.add(
            "regions that are not a rectangle, polygon or brush with a label (ignored)",
            () -> place + ": " + region.type());
        continue;
      }
      if (size == null) {
        size = region.size();
      }
      if (!size.equals(region.size())) {
        throw new FormatException(
            place
                + ": original_width and original_height are "
                + (region.size() + "; those of the preceding region are " + size));
      }
      LabelledObject object = region.object(place);
      object.check(size, warnings, place);
      objects.add(object);
    }
    if (size == null) {
      size =
          sizes
              .find(name)
              .orElseThrow(
                  () ->
                      new FormatException(
                          where
                              + ": has no region, so the size of its image \""
                              + name
                              + "\" is unknown; specify the directory of images with --images"));
    }
    return new LabelledImage(where, LabelledImage.stem(name), name, size, objects);
  }

  /** Returns the name of the image in an address. */
  static String fileName(String address) {
    Matcher local = LOCAL.matcher(address);
    if (local.matches()) {
      List<String> readings = new WrittenName(local.group(1)).readings();
      return readings.get(Math.min(2, readings.size() - 1)).replaceFirst("^/+", "");
    }
    Matcher uploaded = UPLOADED.matcher(address);
    if (uploaded.matches()) {
      return uploaded.group(3);
    }
    return address.matches("(?i)[a-z][a-z0-9+.-]+://.*")
        ? address.replaceFirst("[?#].*", "").replaceFirst(".*/", "")
        : address.replaceFirst("^/+", "");
  }

  /** A region as in the file. */
  record Region(
      int number, String type, String label, Size size, Value value, boolean crowd, double score) {

    boolean isObject() {
      return !label.isEmpty() && value != null;
    }

    LabelledObject object(String where) throws FormatException {
      LabelledObject object;
      if (type.equals("brushlabels")) {
        try {
          object =
              LabelledObject.of(label, BrushRuns.decode(size.height(), size.width(), value.runs()));
        } catch (IllegalArgumentException e) {
          throw new FormatException(where + ".value.rle: " + e.getMessage(), e);
        }
      } else if (type.equals("polygonlabels")) {
        object = LabelledObject.of(label, pixels(value.points()));
      } else if (value.turned() != 0) {
        object = LabelledObject.of(label, corners());
      } else {
        Box b = value.box();
        double[] p = pixels(b.x(), b.y(), b.width(), b.height());
        object = LabelledObject.of(label, new Box(p[0], p[1], p[2], p[3]));
      }
      return object.withDifficult(crowd).withScore(score);
    }

    private double[] pixels(double... percents) {
      double[] pixels = new double[percents.length];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = percents[i] * (i % 2 == 0 ? size.width() : size.height()) / 100;
      }
      return pixels;
    }

    /** Returns the outline of a rectangle rotated clockwise about its first corner. */
    private double[] corners() {
      Box b = value.box();
      double[] p = pixels(b.x(), b.y(), b.width(), b.height());
      double cos = Math.cos(Math.toRadians(value.turned()));
      double sin = Math.sin(Math.toRadians(value.turned()));
      return new double[] {
        p[0],
        p[1],
        p[0] + p[2] * cos,
        p[1] + p[2] * sin,
        p[0] + p[2] * cos - p[3] * sin,
        p[1] + p[2] * sin + p[3] * cos,
        p[0] - p[3] * sin,
        p[1] + p[3] * cos
      };
    }
  }

  /** The location of a region in percent. Missing parts are empty. */
  record Value(Box box, double turned, double[] points, byte[] runs) {}
}
