package dev.dovetail.eval.coco.matching;

import dev.dovetail.eval.coco.params.IouType;
import dev.dovetail.formats.mask.Rle;

/**
 * Measures the overlap of detections with ground truths. Each {@link IouType} has one
 * implementation.
 */
public interface Overlap {

  /**
   * Computes the overlaps of detections with ground truths in one image.
   *
   * @param rows the detections
   * @param n number of rows
   * @param from first ground truth
   * @param to after the last ground truth
   * @param into {@code [n, to - from]}
   */
  void fill(
      GroundTruths truths, int from, int to, ImageDetections d, int[] rows, int n, double[] into);

  /**
   * Returns the implementation for a type. It may reuse buffers and is not thread-safe.
   *
   * @param least the smallest relevant overlap; smaller ones may be returned as 0
   */
  static Overlap of(IouType type, double least) {
    return switch (type) {
      case BBOX -> Overlap::boxes;
      case SEGM ->
          (truths, from, to, d, rows, n, into) -> masks(truths, from, to, d, rows, n, into, least);
      case KEYPOINTS -> new KeypointOverlap();
      case BOUNDARY -> new BoundaryOverlap(least);
    };
  }

  /** Box IoU, equal to {@code bbIou} in the COCO API, without the +1 of Pascal VOC. */
  private static void boxes(
      GroundTruths truths, int from, int to, ImageDetections d, int[] rows, int n, double[] into) {
    double[] g = truths.boxes();
    double[] b = d.boxes();
    int at = 0;
    for (int i = 0; i < n; i++) {
      for (int t = from; t < to; t++) {
        into[at++] = box(b, 4 * rows[i], g, 4 * t, truths.isCrowd(t));
      }
    }
  }

  /**
   * Returns the IoU of a detected and a true box; for a crowd, the fraction of the detection inside
   * it.
   *
   * @param detected contains left, top, width and height, starting at {@code d}
   * @param truth contains the same, starting at {@code g}
   */
  static double box(double[] detected, int d, double[] truth, int g, boolean crowd) {
    double dx = detected[d];
    double dw = detected[d + 2];
    double gx = truth[g];
    double gw = truth[g + 2];
    double w = Math.min(dw + dx, gw + gx) - Math.max(dx, gx);
    if (w <= 0) {
      return 0;
    }
    double dy = detected[d + 1];
    double dh = detected[d + 3];
    double gy = truth[g + 1];
    double gh = truth[g + 3];
    double h = Math.min(dh + dy, gh + gy) - Math.max(dy, gy);
    if (h <= 0) {
      return 0;
    }
    double inter = w * h;
    double union = crowd ? dw * dh : dw * dh + gw * gh - inter;
    return inter / union;
  }

  private static void masks(
      GroundTruths truths,
      int from,
      int to,
      ImageDetections d,
      int[] rows,
      int n,
      double[] into,
      double least) {
    int columns = to - from;
    for (int t = from; n > 0 && t < to; t++) {
      Rle truth = truths.mask(t);
      for (int i = 0; i < n; i++) {
        into[i * columns + t - from] = d.mask(rows[i]).iou(truth, truths.isCrowd(t), least);
      }
    }
  }
}
