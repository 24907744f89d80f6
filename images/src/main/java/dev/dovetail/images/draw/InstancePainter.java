package dev.dovetail.images.draw;

import dev.dovetail.formats.Detections;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.images.Image;
import dev.dovetail.images.MaskRegion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.MatOfPoint;
import org.opencv.core.Point;
import org.opencv.core.Rect;
import org.opencv.imgproc.Imgproc;

/**
 * Draws detected objects on their image: masks in translucent colour with an outline, boxes, and
 * tags with class name and score. Annotated objects have the score NaN, and no score in their tag.
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
    List<Integer> order = descending(found, i -> boxArea(found, i));
    Style style = Style.of(image.size());
    Mat picture = image.toMat();
    try {
      if (found.hasMasks()) {
        for (int i : order) {
          MaskRegion mask = region(found.masks()[i]);
          fill(picture, mask, colour(found, i));
          outline(picture, mask, colour(found, i), style);
        }
      }
      for (int i : order) {
        box(picture, found, i, style);
      }
      tags(picture, found, style);
      return Image.of(picture);
    } finally {
      picture.release();
    }
  }

  /** The numbers of the objects by descending value; equal ones stay in their order. */
  private static List<Integer> descending(Detections found, ToDoubleFunction<Integer> value) {
    Comparator<Integer> ascending = Comparator.comparingDouble(value);
    return IntStream.range(0, found.count()).boxed().sorted(ascending.reversed()).toList();
  }

  private static double boxArea(Detections found, int i) {
    float[] b = found.boxes();
    return (double) (b[4 * i + 2] - b[4 * i]) * (b[4 * i + 3] - b[4 * i + 1]);
  }

  private static MaskRegion region(Rle mask) {
    Rle.Box box = mask.box();
    return new MaskRegion(box.x(), box.y(), box.width(), box.height(), mask.boxColumnMajor());
  }

  private Colour colour(Detections found, int i) {
    return palette.colour(found.labels()[i]);
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

  private void box(Mat picture, Detections found, int i, Style style) {
    float[] b = found.boxes();
    Point topLeft = new Point(Math.round(b[4 * i]), Math.round(b[4 * i + 1]));
    Point bottomRight = new Point(Math.round(b[4 * i + 2]) - 1, Math.round(b[4 * i + 3]) - 1);
    Imgproc.rectangle(picture, topLeft, bottomRight, colour(found, i).scalar(), style.line());
  }

  /** The best scores choose their places first and lie above the others. */
  private void tags(Mat picture, Detections found, Style style) {
    List<Integer> best = descending(found, i -> found.scores()[i]);
    Text text = new Text(style.textHeight());
    List<Rect> taken = new ArrayList<>();
    for (int i : best) {
      int width = text.width(caption(found, i)) + 2 * style.padding();
      int height = style.textHeight() + 2 * style.padding();
      taken.add(place(picture, found, i, width, height, taken));
    }
    for (int n = best.size() - 1; n >= 0; n--) {
      Rect tag = taken.get(n);
      Colour colour = colour(found, best.get(n));
      Imgproc.rectangle(picture, tag, colour.scalar(), Imgproc.FILLED);
      text.write(
          picture,
          caption(found, best.get(n)),
          tag.x + style.padding(),
          tag.y + style.padding(),
          colour.contrast());
    }
  }

  private String caption(Detections found, int i) {
    int label = found.labels()[i];
    String name = label < classes.size() ? classes.get(label) : Integer.toString(label);
    float score = found.scores()[i];
    return Float.isNaN(score) ? name : String.format(Locale.ROOT, "%s %.2f", name, score);
  }

  /** Above the box, else inside at its top, else below, else above whatever is in the way. */
  private static Rect place(
      Mat picture, Detections found, int i, int width, int height, List<Rect> taken) {
    int x = Math.round(found.boxes()[4 * i]);
    int top = Math.round(found.boxes()[4 * i + 1]);
    int bottom = Math.round(found.boxes()[4 * i + 3]);
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
