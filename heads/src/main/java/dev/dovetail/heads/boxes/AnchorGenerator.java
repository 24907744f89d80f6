package dev.dovetail.heads.boxes;

import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.network.FeaturePyramid;
import java.util.Collections;
import java.util.List;

/**
 * Generates the anchors of a region proposal network. Every cell of a map has one box for each
 * aspect ratio and scale, centered on the cell's top left corner.
 *
 * <p>With scales, the anchors are those of mmdet's {@code AnchorGenerator} with center offset 0.
 * With sizes, they are those of torchvision's {@code AnchorGenerator}: corners are whole pixels,
 * and the distance of cells is the size of the padded image divided by the number of cells. Both
 * use the reference's float32 arithmetic.
 *
 * @param scales side lengths of a square anchor in strides; ignored if there are sizes
 * @param ratios ratios of height to width
 * @param sizes side lengths of a square anchor in pixels for every level; empty to use {@code
 *     scales}
 */
public record AnchorGenerator(List<Float> scales, List<Float> ratios, List<List<Float>> sizes) {

  /**
   * @throws IllegalArgumentException if there are no ratios, neither scales nor sizes, a value is
   *     not positive, or levels have different numbers of sizes
   */
  public AnchorGenerator {
    scales = List.copyOf(scales);
    ratios = List.copyOf(ratios);
    sizes = sizes.stream().map(List::copyOf).toList();
    boolean bySize = !sizes.isEmpty();
    if (ratios.isEmpty() || min(ratios) <= 0 || scales.isEmpty() && !bySize) {
      throw new IllegalArgumentException(
          "anchors need scales and ratios above 0, not " + scales + " and " + ratios);
    }
    if (bySize
        ? sizes.stream().anyMatch(s -> s.isEmpty() || min(s) <= 0)
            || sizes.stream().mapToInt(List::size).distinct().count() > 1
        : min(scales) <= 0) {
      throw new IllegalArgumentException(
          bySize
              ? "anchors need the same number of sizes above 0 on every level, not " + sizes
              : "anchors need scales and ratios above 0, not " + scales + " and " + ratios);
    }
  }

  /** Creates anchors in strides of the level, as in mmdet. */
  public static AnchorGenerator ofScales(List<Float> scales, List<Float> ratios) {
    return new AnchorGenerator(scales, ratios, List.of());
  }

  /** Creates anchors in pixels, as in torchvision. */
  public static AnchorGenerator ofSizes(List<List<Float>> sizes, List<Float> ratios) {
    return new AnchorGenerator(List.of(), ratios, sizes);
  }

  private static float min(List<Float> values) {
    return Collections.min(values);
  }

  /** Returns a generator with a scale of 8 strides and ratios of 1:2, 1:1 and 2:1. */
  public static AnchorGenerator defaults() {
    return ofScales(List.of(8f), List.of(0.5f, 1f, 2f));
  }

  /** Returns the number of anchors per cell. */
  public int perCell() {
    return (sizes.isEmpty() ? scales : sizes.get(0)).size() * ratios.size();
  }

  /**
   * Returns the anchors of a level of a pyramid; see {@link #boxes(int, int, int)}.
   *
   * @param level index of the level; 0 is the finest
   * @param pixels the padded images of the pyramid, [batch, 3, height, width]
   * @throws IllegalArgumentException if there are sizes but not for the pyramid's number of levels
   */
  public TensorData of(FeaturePyramid features, int level, Tensor pixels) {
    FeaturePyramid.Level map = features.levels().get(level);
    int height = map.map().dim(2);
    int width = map.map().dim(3);
    if (sizes.isEmpty()) {
      return boxes(map.stride(), height, width);
    }
    if (sizes.size() != features.levels().size()) {
      throw new IllegalArgumentException(
          "anchors have sizes for "
              + sizes.size()
              + " levels, but the features have "
              + features.levels().size());
    }
    double[] corners = wholeCorners(sizes.get(level));
    return grid(
        narrowed(corners), corners, pixels.dim(2) / height, pixels.dim(3) / width, height, width);
  }

  /**
   * Returns the anchors of the cell at the origin, ordered by ratio, then by scale.
   *
   * @return float32 [perCell, 4]: x1 y1 x2 y2 in pixels
   */
  public TensorData cell(int stride) {
    return TensorData.of(corners(stride), perCell(), 4);
  }

  /**
   * Returns the anchors of a whole map in row-major order of its cells. They are also available in
   * double precision ({@link TensorData#doubles}).
   *
   * @return float32 [height * width * perCell, 4]: x1 y1 x2 y2 in pixels
   */
  public TensorData boxes(int stride, int height, int width) {
    return grid(corners(stride), exactCorners(stride), stride, stride, height, width);
  }

  private static TensorData grid(
      float[] cell, double[] exactCell, int down, int across, int height, int width) {
    float[] boxes = new float[height * width * cell.length];
    double[] exact = new double[boxes.length];
    int at = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int i = 0; i < cell.length; i++) {
          int shift = i % 2 == 0 ? x * across : y * down;
          boxes[at] = cell[i] + shift;
          exact[at++] = exactCell[i] + shift;
        }
      }
    }
    return TensorData.of(boxes, exact, boxes.length / 4, 4);
  }

  private float[] corners(int stride) {
    float[] corners = new float[perCell() * 4];
    int at = 0;
    for (float ratio : ratios) {
      float stretch = (float) Math.sqrt(ratio);
      for (float scale : scales) {
        float halfWidth = 0.5f * (stride * (1 / stretch) * scale);
        float halfHeight = 0.5f * (stride * stretch * scale);
        corners[at++] = -halfWidth;
        corners[at++] = -halfHeight;
        corners[at++] = halfWidth;
        corners[at++] = halfHeight;
      }
    }
    return corners;
  }

  /** Computes the anchors without rounding, as a reference for training in double precision. */
  private double[] exactCorners(int stride) {
    double[] corners = new double[perCell() * 4];
    int at = 0;
    for (float ratio : ratios) {
      for (float scale : scales) {
        double halfWidth = 0.5 * stride * scale / Math.sqrt(ratio);
        double halfHeight = 0.5 * stride * scale * Math.sqrt(ratio);
        corners[at++] = -halfWidth;
        corners[at++] = -halfHeight;
        corners[at++] = halfWidth;
        corners[at++] = halfHeight;
      }
    }
    return corners;
  }

  /** Rounds corners to whole pixels, half to even. */
  private double[] wholeCorners(List<Float> sides) {
    double[] corners = new double[perCell() * 4];
    int at = 0;
    for (float ratio : ratios) {
      float stretch = (float) Math.sqrt(ratio);
      for (float side : sides) {
        float width = 1 / stretch * side;
        float height = stretch * side;
        corners[at++] = Math.rint(-width / 2);
        corners[at++] = Math.rint(-height / 2);
        corners[at++] = Math.rint(width / 2);
        corners[at++] = Math.rint(height / 2);
      }
    }
    return corners;
  }

  private static float[] narrowed(double... values) {
    float[] narrow = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      narrow[i] = (float) values[i];
    }
    return narrow;
  }
}
