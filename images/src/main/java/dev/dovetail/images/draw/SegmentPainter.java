package dev.dovetail.images.draw;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.panoptic.PanopticMap;
import dev.dovetail.formats.panoptic.PanopticMap.Segment;
import dev.dovetail.images.Image;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.opencv.core.Core;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Point;
import org.opencv.core.Rect;
import org.opencv.imgproc.Imgproc;

/**
 * Draws the segments of panoptic segmentation on their image: in translucent colour with an
 * outline, and with a tag of class name and score where a segment is widest. Segments of one class
 * have shades of one colour; what is void stays as it is.
 *
 * @param classes the class names; a number beyond them is written as it is
 */
public record SegmentPainter(List<String> classes, Palette palette) {

  private static final double OPACITY = 0.5;

  /** Towards white above 0, towards black below, for the first segments of a class in turn. */
  private static final double[] SHADES = {0, 0.35, -0.3, 0.55, -0.45, 0.2, -0.15};

  public SegmentPainter {
    classes = List.copyOf(classes);
  }

  /**
   * A copy of the image with the segments on it.
   *
   * @throws IllegalArgumentException if they were found in an image of another size
   */
  public Image draw(Image image, PanopticMap found) {
    Size size = found.map().size();
    if (!size.equals(image.size())) {
      throw new IllegalArgumentException(
          "segments of an image of " + size + " cannot be drawn on one of " + image.size());
    }
    Style style = Style.of(size);
    Map<Integer, Colour> colours = colours(found);
    byte[] pixels = image.toBytes();
    int[] ids = found.map().ids();
    for (int i = 0; i < ids.length; i++) {
      Colour colour = colours.get(ids[i]);
      if (colour != null) {
        double opacity = isBorder(found, i, style.outline()) ? 1 : OPACITY;
        for (int c = 0; c < Image.CHANNELS; c++) {
          int under = pixels[i * Image.CHANNELS + c] & 0xff;
          pixels[i * Image.CHANNELS + c] =
              (byte) Math.round(under + (colour.channel(c) - under) * opacity);
        }
      }
    }
    Mat picture = Image.of(size, pixels).toMat();
    try {
      tags(picture, found, colours, style);
      return Image.of(picture);
    } finally {
      picture.release();
    }
  }

  private Map<Integer, Colour> colours(PanopticMap found) {
    Map<Integer, Integer> seen = new HashMap<>();
    Map<Integer, Colour> colours = new HashMap<>();
    for (Segment segment : found.segments()) {
      int before = seen.merge(segment.label(), 1, Integer::sum) - 1;
      Colour colour = palette.colour(segment.label());
      colours.put(segment.id(), colour.shade(SHADES[before % SHADES.length]));
    }
    return colours;
  }

  /** Whether another segment begins at most {@code width} pixels to the right or below. */
  private static boolean isBorder(PanopticMap found, int at, int width) {
    int[] ids = found.map().ids();
    Size size = found.map().size();
    int x = at % size.width();
    int y = at / size.width();
    int right = Math.min(x + width, size.width() - 1) - x;
    int below = Math.min(y + width, size.height() - 1) - y;
    return ids[at + right] != ids[at] || ids[at + below * size.width()] != ids[at];
  }

  /** Larger segments first; a tag that finds no room is left out. */
  private void tags(Mat picture, PanopticMap found, Map<Integer, Colour> colours, Style style) {
    List<Segment> order = new ArrayList<>(found.segments());
    order.sort(Comparator.comparingInt(Segment::area).reversed());
    Text text = new Text(style.textHeight());
    List<Rect> taken = new ArrayList<>();
    for (Segment segment : order) {
      String caption = caption(segment);
      int width = text.width(caption) + 2 * style.padding();
      int height = style.textHeight() + 2 * style.padding();
      Point middle = deepest(found, segment.id());
      Rect tag =
          new Rect(
              within((int) middle.x - width / 2, width, picture.cols()),
              within((int) middle.y - height / 2, height, picture.rows()),
              width,
              height);
      if (taken.stream().noneMatch(other -> overlap(tag, other))) {
        taken.add(tag);
        Colour colour = colours.get(segment.id());
        Imgproc.rectangle(picture, tag, colour.scalar(), Imgproc.FILLED);
        text.write(
            picture, caption, tag.x + style.padding(), tag.y + style.padding(), colour.contrast());
      }
    }
  }

  private String caption(Segment segment) {
    String name =
        segment.label() < classes.size()
            ? classes.get(segment.label())
            : Integer.toString(segment.label());
    return String.format(Locale.ROOT, "%s %.2f", name, segment.score());
  }

  /** The pixel of a segment that is farthest from its border; the picture's border counts. */
  private static Point deepest(PanopticMap found, int id) {
    Size size = found.map().size();
    int[] ids = found.map().ids();
    byte[] inside = new byte[ids.length];
    for (int i = 0; i < ids.length; i++) {
      inside[i] = (byte) (ids[i] == id ? 1 : 0);
    }
    Mat mask = new Mat(size.height(), size.width(), CvType.CV_8UC1);
    Mat framed = new Mat();
    Mat depth = new Mat();
    try {
      mask.put(0, 0, inside);
      Core.copyMakeBorder(mask, framed, 1, 1, 1, 1, Core.BORDER_CONSTANT);
      Imgproc.distanceTransform(framed, depth, Imgproc.DIST_L2, Imgproc.DIST_MASK_3);
      Point most = Core.minMaxLoc(depth).maxLoc;
      return new Point(most.x - 1, most.y - 1);
    } finally {
      List.of(mask, framed, depth).forEach(Mat::release);
    }
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
