package dev.dovetail.heads.maskrcnn;

import dev.dovetail.graph.TensorData;
import java.util.Collections;
import java.util.List;

/**
 * The boxes that a region proposal network starts from: for every cell of a map one for each aspect
 * ratio and scale, centred on the cell's top left corner (mmdet's {@code AnchorGenerator} with
 * centre offset 0, in the same float32 arithmetic).
 *
 * @param scales side of a square anchor in strides
 * @param ratios height by width
 */
public record AnchorGenerator(List<Float> scales, List<Float> ratios) {

  public AnchorGenerator {
    scales = List.copyOf(scales);
    ratios = List.copyOf(ratios);
    if (scales.isEmpty() || ratios.isEmpty() || min(scales) <= 0 || min(ratios) <= 0) {
      throw new IllegalArgumentException(
          "anchors need scales and ratios above 0, not " + scales + " and " + ratios);
    }
  }

  private static float min(List<Float> values) {
    return Collections.min(values);
  }

  /** One scale of 8 strides, ratios 1:2, 1:1 and 2:1. */
  public static AnchorGenerator defaults() {
    return new AnchorGenerator(List.of(8f), List.of(0.5f, 1f, 2f));
  }

  /** How many anchors a cell has. */
  public int perCell() {
    return scales.size() * ratios.size();
  }

  /**
   * The anchors of the cell at the origin, ratio by ratio and for each scale by scale.
   *
   * @return float32 [perCell, 4]: x1 y1 x2 y2 in pixels
   */
  public TensorData cell(int stride) {
    return TensorData.of(corners(stride), perCell(), 4);
  }

  /**
   * The anchors of a whole map, row by row and cell by cell; also known without rounding ({@link
   * TensorData#doubles}).
   *
   * @return float32 [height * width * perCell, 4]: x1 y1 x2 y2 in pixels
   */
  public TensorData boxes(int stride, int height, int width) {
    float[] cell = corners(stride);
    double[] exactCell = exactCorners(stride);
    float[] boxes = new float[height * width * cell.length];
    double[] exact = new double[boxes.length];
    int at = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int i = 0; i < cell.length; i++) {
          int shift = (i % 2 == 0 ? x : y) * stride;
          boxes[at] = cell[i] + shift;
          exact[at++] = exactCell[i] + shift;
        }
      }
    }
    return TensorData.of(boxes, exact, height * width * perCell(), 4);
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

  /** The same without rounding: what training in double precision is compared with. */
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
}
