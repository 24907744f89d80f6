package dev.dovetail.formats.mask;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A binary mask as run lengths in column-major order, background first: pixel (x, y) has index
 * {@code x * height + y}, and the first run may be 0.
 *
 * <p>Every function is bit-identical to {@code pycocotools.mask} 2.0.11. A mask always covers its
 * image: the runs add up to {@code height * width}. Runs from elsewhere are kept unchanged,
 * including runs of length 0. Every mask computed by this class is canonical: only its first run
 * may be 0.
 */
public final class Rle {

  private final int height;
  private final int width;
  private final int[] runs;
  private final int area;
  private final Box box;

  /** A box of whole pixels: left column, top row, width and height; all 0 for an empty mask. */
  public record Box(int x, int y, int width, int height) {

    private long commonArea(Box other) {
      long columns = Math.min(x + width, other.x + other.width) - Math.max(x, other.x);
      long rows = Math.min(y + height, other.y + other.height) - Math.max(y, other.y);
      return columns * rows;
    }

    private boolean meets(Box other) {
      return x < other.x + other.width
          && other.x < x + width
          && y < other.y + other.height
          && other.y < y + height;
    }
  }

  Rle(int height, int width, int[] runs) {
    this.height = height;
    this.width = width;
    this.runs = runs;
    RunExtent extent = RunExtent.of(height, width, runs);
    this.area = extent.area();
    this.box = extent.box();
  }

  /**
   * {@return the mask with these run lengths, kept unchanged}
   *
   * @param height of the image in pixels
   * @param width of the image in pixels
   * @param runs alternating lengths of background and foreground, column by column
   * @throws IllegalArgumentException if a run is negative or they do not add up to height * width
   */
  public static Rle ofRuns(int height, int width, int... runs) {
    return new Rle(height, width, runs.clone());
  }

  /**
   * {@return the mask of a compressed count string}
   *
   * @param height of the image in pixels
   * @param width of the image in pixels
   * @param counts the string
   * @throws IllegalArgumentException if the string is invalid, or its runs do not add up to height
   *     * width
   */
  public static Rle ofCompressed(int height, int width, String counts) {
    return ofCompressed(height, width, counts.getBytes(StandardCharsets.ISO_8859_1));
  }

  /**
   * {@return the mask of a compressed count string in ASCII bytes}
   *
   * @param height of the image in pixels
   * @param width of the image in pixels
   * @param counts the string
   */
  public static Rle ofCompressed(int height, int width, byte[] counts) {
    return new Rle(height, width, RleCodec.decode(counts));
  }

  /**
   * {@return the mask of one polygon, filled even-odd on the reference's grid of fifths of a pixel}
   *
   * @param height of the image in pixels
   * @param width of the image in pixels
   * @param xy x0, y0, x1, y1, … in pixels; a trailing odd value is ignored
   * @throws IllegalArgumentException if a coordinate is not finite or too large
   */
  public static Rle ofPolygon(int height, int width, double... xy) {
    return new Rle(height, width, PolygonRaster.runs(height, width, xy));
  }

  /**
   * {@return the union of polygons, each rasterized separately; the empty mask without polygons}
   *
   * @param height of the image in pixels
   * @param width of the image in pixels
   * @param polygons each x0, y0, x1, y1, … in pixels
   */
  public static Rle ofPolygons(int height, int width, double[][] polygons) {
    if (polygons.length == 0) {
      return empty(height, width);
    }
    Rle[] parts = new Rle[polygons.length];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = ofPolygon(height, width, polygons[i]);
    }
    return union(List.of(parts));
  }

  /**
   * {@return the mask of a box in pixels, rasterized as the polygon of its four corners}
   *
   * @param height of the image in pixels
   * @param width of the image in pixels
   * @param x left edge in pixels
   * @param y top edge in pixels
   * @param w width in pixels
   * @param h height in pixels
   */
  public static Rle ofBox(int height, int width, double x, double y, double w, double h) {
    double right = x + w;
    double bottom = y + h;
    return ofPolygon(height, width, x, y, x, bottom, right, bottom, right, y);
  }

  /**
   * {@return the empty mask}
   *
   * @param height of the image in pixels
   * @param width of the image in pixels
   */
  public static Rle empty(int height, int width) {
    return new Rle(height, width, new int[] {pixels(height, width)});
  }

  /**
   * {@return the mask of a pixel array}
   *
   * @param height of the image in pixels
   * @param width of the image in pixels
   * @param mask {@code [width * height]}, column by column; nonzero is foreground
   */
  public static Rle ofColumnMajor(int height, int width, byte[] mask) {
    return ofRegion(height, width, 0, 0, width, height, mask);
  }

  /**
   * {@return the mask of a pixel array}
   *
   * @param height of the image in pixels
   * @param width of the image in pixels
   * @param mask {@code [height * width]}, row by row; nonzero is foreground
   */
  public static Rle ofRowMajor(int height, int width, byte[] mask) {
    checkLength(mask, height, width);
    RunBuilder runs = new RunBuilder();
    for (int x = 0; x < width; x++) {
      for (int y = 0, at = x; y < height; y++, at += width) {
        runs.run(1, mask[at] != 0);
      }
    }
    return new Rle(height, width, runs.finish(pixels(height, width)));
  }

  /**
   * {@return the mask of a region of the image, without materializing the image}
   *
   * @param imageHeight of the image
   * @param imageWidth of the image
   * @param x left column of the region
   * @param y top row of the region
   * @param w columns of the region
   * @param h rows of the region
   * @param mask {@code [w * h]}, column by column; nonzero is foreground
   * @throws IllegalArgumentException if the region extends beyond the image or the array has
   *     another size
   */
  public static Rle ofRegion(
      int imageHeight, int imageWidth, int x, int y, int w, int h, byte[] mask) {
    if (x < 0 || y < 0 || w < 0 || h < 0 || x > imageWidth - w || y > imageHeight - h) {
      throw new IllegalArgumentException(
          "the region of "
              + (w + "x" + h + " pixels at (" + x + ", " + y + ")")
              + (" extends beyond the image of " + imageWidth + "x" + imageHeight));
    }
    checkLength(mask, h, w);
    RunBuilder runs = new RunBuilder();
    for (int column = 0, at = 0; column < w; column++) {
      runs.background((x + column) * imageHeight + y);
      for (int end = at + h; at < end; ) {
        boolean set = mask[at] != 0;
        int from = at;
        do {
          at++;
        } while (at < end && (mask[at] != 0) == set);
        runs.run(at - from, set);
      }
    }
    return new Rle(imageHeight, imageWidth, runs.finish(pixels(imageHeight, imageWidth)));
  }

  /**
   * {@return the union of masks; a single mask is returned unchanged}
   *
   * @param masks of images with the same size
   */
  public static Rle union(List<Rle> masks) {
    return merge(masks, (inA, inB) -> inA || inB);
  }

  /**
   * {@return the intersection of masks; a single mask is returned unchanged}
   *
   * @param masks of images with the same size
   */
  public static Rle intersection(List<Rle> masks) {
    return merge(masks, (inA, inB) -> inA && inB);
  }

  /**
   * {@return the foreground close to background or to the border of the image, equal to {@code
   * mask_to_boundary} in boundary-iou-api}
   *
   * @param distance in pixels, 1 or more; a foreground pixel is not in the boundary if the square
   *     of {@code 2 * distance + 1} pixels around it is inside the image and entirely foreground
   */
  public Rle boundary(int distance) {
    Rle inner = new Rle(height, width, Erosion.runs(height, width, runs, distance));
    return merge(this, inner, (inThis, isInner) -> inThis && !isInner);
  }

  /**
   * Returns the height of the image.
   *
   * @return the height in pixels
   */
  public int height() {
    return height;
  }

  /**
   * Returns the width of the image.
   *
   * @return the width in pixels
   */
  public int width() {
    return width;
  }

  /**
   * Returns a copy of the run lengths.
   *
   * @return the lengths, background first
   */
  public int[] runs() {
    return runs.clone();
  }

  /** {@return the number of foreground pixels} */
  public int area() {
    return area;
  }

  /** {@return the smallest box that contains all foreground pixels} */
  public Box box() {
    return box;
  }

  /** {@return the compressed count string, ASCII without quotes or escapes} */
  public String compressed() {
    return RleCodec.encode(runs);
  }

  /** {@return {@code [width * height]}, column by column: 1 is foreground, 0 background} */
  public byte[] toColumnMajor() {
    byte[] mask = new byte[pixels(height, width)];
    int at = 0;
    for (int i = 0; i < runs.length; i++) {
      if ((i & 1) == 1) {
        Arrays.fill(mask, at, at + runs[i], (byte) 1);
      }
      at += runs[i];
    }
    return mask;
  }

  /**
   * {@return the pixels within {@link #box}, {@code [box width * box height]}, column by column: 1
   * is foreground, 0 background}
   */
  public byte[] boxColumnMajor() {
    byte[] mask = new byte[box.width() * box.height()];
    int at = 0;
    for (int i = 0; i < runs.length; at += runs[i++]) {
      int end = at + runs[i];
      for (int from = at; (i & 1) == 1 && from < end; ) {
        int x = from / height;
        int to = Math.min(end, (x + 1) * height);
        int start = (x - box.x()) * box.height() - x * height - box.y();
        Arrays.fill(mask, start + from, start + to, (byte) 1);
        from = to;
      }
    }
    return mask;
  }

  /** {@return {@code [height * width]}, row by row: 1 is foreground, 0 background} */
  public byte[] toRowMajor() {
    byte[] mask = new byte[pixels(height, width)];
    int at = 0;
    for (int i = 0; i < runs.length; at += runs[i++]) {
      if ((i & 1) == 1) {
        int x = at / height;
        int y = at % height;
        for (int left = runs[i]; left > 0; left--) {
          mask[y * width + x] = 1;
          if (++y == height) {
            y = 0;
            x++;
          }
        }
      }
    }
    return mask;
  }

  /**
   * Returns the intersection over union of this detection and a ground truth; for a crowd, the
   * intersection over the area of the detection.
   *
   * @param truth the ground truth
   * @param crowd whether the ground truth represents a group of objects
   * @return the overlap; 0 if the boxes of the masks do not overlap; otherwise, -1 if the sizes of
   *     the images differ, as in {@code pycocotools.mask.iou}
   */
  public double iou(Rle truth, boolean crowd) {
    return iou(truth, crowd, Double.NEGATIVE_INFINITY);
  }

  /**
   * Returns the overlap if it is at least {@code least}. Most pairs are decided by boxes and areas,
   * without examining the runs.
   *
   * @param truth the ground truth
   * @param crowd whether the ground truth represents a group of objects
   * @param least the smallest relevant overlap
   * @return the overlap, or 0 if it is smaller
   */
  public double iou(Rle truth, boolean crowd, double least) {
    if (!box.meets(truth.box)) {
      return 0;
    }
    if (height != truth.height || width != truth.width) {
      return least > 0 ? 0 : -1;
    }
    long most = Math.min(Math.min(area, truth.area), box.commonArea(truth.box));
    if (share(most, truth, crowd) < least) {
      return 0;
    }
    double iou = share(commonPixels(truth), truth, crowd);
    return iou < least ? 0 : iou;
  }

  /** Returns the overlap, which grows monotonically with the intersection even after rounding. */
  private double share(long inter, Rle truth, boolean crowd) {
    long union = crowd ? area : (long) area + truth.area - inter;
    return inter == 0 ? 0 : (double) inter / union;
  }

  /**
   * {@return the number of pixels that are set in both masks}
   *
   * @param other a mask of an image with the same size
   * @throws IllegalArgumentException if the sizes of the images differ
   */
  public int commonPixels(Rle other) {
    if (height != other.height || width != other.width) {
      throw new IllegalArgumentException(
          "masks of "
              + (height + "x" + width + " and " + other.height + "x" + other.width)
              + " have no common pixels");
    }
    if (!box.meets(other.box)) {
      return 0;
    }
    int[] a = runs;
    int[] b = other.runs;
    int common = 0;
    int i = 1;
    int j = 1;
    int aFrom = a.length > 1 ? a[0] : 0;
    int bFrom = b.length > 1 ? b[0] : 0;
    while (i < a.length && j < b.length) {
      int aTo = aFrom + a[i];
      int bTo = bFrom + b[j];
      int overlap = Math.min(aTo, bTo) - Math.max(aFrom, bFrom);
      if (overlap > 0) {
        common += overlap;
      }
      if (aTo <= bTo) {
        aFrom = i + 1 < a.length ? aTo + a[i + 1] : aTo;
        i += 2;
      } else {
        bFrom = j + 1 < b.length ? bTo + b[j + 1] : bTo;
        j += 2;
      }
    }
    return common;
  }

  /**
   * Decides whether a pixel is set, based on whether it is in each mask. Returns false for neither.
   */
  private interface Operation {
    boolean apply(boolean inA, boolean inB);
  }

  private static Rle merge(List<Rle> masks, Operation operation) {
    Rle merged = masks.get(0);
    for (Rle next : masks.subList(1, masks.size())) {
      if (next.height != merged.height || next.width != merged.width) {
        return empty(0, 0);
      }
      merged = merge(merged, next, operation);
    }
    return merged;
  }

  private static Rle merge(Rle a, Rle b, Operation operation) {
    RunBuilder out = new RunBuilder();
    int pixels = a.height * a.width;
    int i = 0;
    int j = 0;
    int aEnd = a.runs.length == 0 ? 0 : a.runs[0];
    int bEnd = b.runs.length == 0 ? 0 : b.runs[0];
    for (int at = 0; at < pixels; ) {
      int next = Math.min(aEnd, bEnd);
      out.run(next - at, operation.apply((i & 1) == 1, (j & 1) == 1));
      at = next;
      if (aEnd == next && i + 1 < a.runs.length) {
        aEnd += a.runs[++i];
      }
      if (bEnd == next && j + 1 < b.runs.length) {
        bEnd += b.runs[++j];
      }
    }
    return new Rle(a.height, a.width, out.finish(pixels));
  }

  /** Returns height * width, which must not exceed the size of an array. */
  static int pixels(int height, int width) {
    long pixels = (long) height * width;
    if (height < 0 || width < 0 || pixels > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "a mask of " + height + "x" + width + " pixels is too large");
    }
    return (int) pixels;
  }

  private static void checkLength(byte[] mask, int height, int width) {
    if (mask.length != pixels(height, width)) {
      throw new IllegalArgumentException(
          "a mask of "
              + (height + "x" + width + " needs " + pixels(height, width) + " bytes, not ")
              + mask.length);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Rle r
        && height == r.height
        && width == r.width
        && Arrays.equals(runs, r.runs);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * height + width) + Arrays.hashCode(runs);
  }

  @Override
  public String toString() {
    return "Rle[" + height + "x" + width + ", area " + area + ", " + compressed() + "]";
  }
}
