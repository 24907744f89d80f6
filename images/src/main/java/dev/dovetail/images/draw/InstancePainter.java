package dev.dovetail.images.draw;

import dev.dovetail.formats.Detections;
import dev.dovetail.images.Image;
import dev.dovetail.images.MaskRegion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.MatOfPoint;
import org.opencv.core.Point;
import org.opencv.core.Rect;
import org.opencv.imgproc.Imgproc;

/**
 * Draws detected objects on their image: masks in translucent colour with an outline, boxes, and
 * tags with class name and score.
 *
 * @param classes the class names; a number beyond them is written as it is
 */
public record InstancePainter(List<String> classes, Palette palette) {

  private static final double MASK_OPACITY = 0.45;

  /**
   * Copies the names.
   *
   * @param classes the class names; a number beyond them is written as it is
   * @param palette the colours of the classes
   */
  public InstancePainter {
    classes = List.copyOf(classes);
  }

  /**
   * {@return a copy of the image with the objects on it} Smaller objects lie above larger ones.
   *
   * @param image the image
   * @param found the objects
   * @throws IllegalArgumentException if the objects were found in an image of another size
   */
  public Image draw(Image image, Detections found) {
    if (!found.image().equals(image.size())) {
      throw new IllegalArgumentException(
          "objects of an image of " + found.image() + " cannot be drawn on one of " + image.size());
    }
    List<Instance> instances =
        IntStream.range(0, found.count()).mapToObj(i -> Instance.of(found, i)).toList();
    List<Instance> order = new ArrayList<>(instances);
    order.sort(Comparator.comparingDouble(Instance::boxArea).reversed());
    Style style = Style.of(image.size());
    Mat picture = image.toMat();
    try {
      for (Instance instance : order) {
        fill(picture, instance.mask(), colour(instance));
        outline(picture, instance.mask(), colour(instance), style);
      }
      for (Instance instance : order) {
        box(picture, instance, style);
      }
      tags(picture, instances, style);
      return Image.of(picture);
    } finally {
      picture.release();
    }
  }

  private Colour colour(Instance instance) {
    return palette.colour(instance.label());
  }

  private static void fill(Mat picture, MaskRegion mask, Colour colour) {
    Rect rect = new Rect(mask.x(), mask.y(), mask.width(), mask.height());
    if (rect.empty()) {
      return;
    }
    Mat part = picture.submat(rect);
    byte[] pixels = new byte[rect.width * rect.height * Image.CHANNELS];
    part.get(0, 0, pixels);
    for (int i = 0; i < pixels.length; i++) {
      int pixel = i / Image.CHANNELS;
      int row = pixel / rect.width;
      int column = pixel - row * rect.width;
      if (mask.columnMajor()[column * rect.height + row] != 0) {
        int under = pixels[i] & 0xff;
        int over = colour.channel(i % Image.CHANNELS);
        pixels[i] = (byte) Math.round(under + (over - under) * MASK_OPACITY);
      }
    }
    part.put(0, 0, pixels);
    part.release();
  }

  private static void outline(Mat picture, MaskRegion mask, Colour colour, Style style) {
    if (mask.columnMajor().length == 0) {
      return;
    }
    // Column by column is row by row of the transposed mask.
    Mat transposed = new Mat(mask.width(), mask.height(), CvType.CV_8UC1);
    transposed.put(0, 0, mask.columnMajor());
    Mat upright = transposed.t();
    Mat hierarchy = new Mat();
    List<MatOfPoint> contours = new ArrayList<>();
    Point offset = new Point(mask.x(), mask.y());
    Imgproc.findContours(
        upright, contours, hierarchy, Imgproc.RETR_CCOMP, Imgproc.CHAIN_APPROX_NONE, offset);
    Imgproc.drawContours(picture, contours, -1, colour.scalar(), style.outline(), Imgproc.LINE_AA);
    contours.forEach(Mat::release);
    hierarchy.release();
    upright.release();
    transposed.release();
  }

  private void box(Mat picture, Instance instance, Style style) {
    Point topLeft = new Point(Math.round(instance.x1()), Math.round(instance.y1()));
    Point bottomRight = new Point(Math.round(instance.x2()) - 1, Math.round(instance.y2()) - 1);
    Imgproc.rectangle(picture, topLeft, bottomRight, colour(instance).scalar(), style.line());
  }

  /** The best scores choose their places first and lie above the others. */
  private void tags(Mat picture, List<Instance> instances, Style style) {
    List<Instance> best = new ArrayList<>(instances);
    best.sort(Comparator.comparingDouble(Instance::score).reversed());
    Text text = new Text(style.textHeight());
    List<Rect> taken = new ArrayList<>();
    for (Instance instance : best) {
      int width = text.width(caption(instance)) + 2 * style.padding();
      int height = style.textHeight() + 2 * style.padding();
      taken.add(place(picture, instance, width, height, taken));
    }
    for (int i = best.size() - 1; i >= 0; i--) {
      Rect tag = taken.get(i);
      Colour colour = colour(best.get(i));
      Imgproc.rectangle(picture, tag, colour.scalar(), Imgproc.FILLED);
      text.write(
          picture,
          caption(best.get(i)),
          tag.x + style.padding(),
          tag.y + style.padding(),
          colour.contrast());
    }
  }

  private String caption(Instance instance) {
    String name =
        instance.label() < classes.size()
            ? classes.get(instance.label())
            : Integer.toString(instance.label());
    return String.format(Locale.ROOT, "%s %.2f", name, instance.score());
  }

  /** Above the box, else inside at its top, else below, else above whatever is in the way. */
  private static Rect place(
      Mat picture, Instance instance, int width, int height, List<Rect> taken) {
    int x = Math.round(instance.x1());
    int top = Math.round(instance.y1());
    int bottom = Math.round(instance.y2());
    Rect fallback = null;
    for (int y : new int[] {top - height, top, bottom, bottom - height}) {
      Rect tag =
          new Rect(
              within(x, width, picture.cols()), within(y, height, picture.rows()), width, height);
      if (fallback == null) {
        fallback = tag;
      }
      if (tag.y == y && taken.stream().noneMatch(other -> overlap(tag, other))) {
        return tag;
      }
    }
    return fallback;
  }

  private static int within(int start, int length, int limit) {
    return Math.max(0, Math.min(start, limit - length));
  }

  private static boolean overlap(Rect a, Rect b) {
    return a.x < b.x + b.width
        && b.x < a.x + a.width
        && a.y < b.y + b.height
        && b.y < a.y + a.height;
  }
}
