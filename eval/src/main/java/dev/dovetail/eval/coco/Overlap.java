package dev.dovetail.eval.coco;

import dev.dovetail.formats.mask.Rle;

/** How the overlap of detections with ground truths is measured; one for each {@link IouType}. */
interface Overlap {

  /**
   * Overlaps of detections with ground truths of one image.
   *
   * @param rows the detections
   * @param n how many of the rows
   * @param from first ground truth
   * @param to after the last ground truth
   * @param into {@code [n, to - from]}
   */
  void fill(
      GroundTruths truths, int from, int to, ImageDetections d, int[] rows, int n, double[] into);

  /**
   * The measure of a type; it may hold scratch and serves one thread.
   *
   * @param least smallest overlap that matters; less may be given as 0
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

  /** Box IoU as {@code bbIou} of the COCO API, without the +1 of Pascal VOC. */
  private static void boxes(
      GroundTruths truths, int from, int to, ImageDetections d, int[] rows, int n, double[] into) {
    double[] g = truths.boxes();
    double[] b = d.boxes();
    int at = 0;
    for (int i = 0; i < n; i++) {
      int row = 4 * rows[i];
      double dx = b[row];
      double dy = b[row + 1];
      double dw = b[row + 2];
      double dh = b[row + 3];
      for (int t = from; t < to; t++) {
        into[at++] =
            box(
                dx,
                dy,
                dw,
                dh,
                g[4 * t],
                g[4 * t + 1],
                g[4 * t + 2],
                g[4 * t + 3],
                truths.isCrowd(t));
      }
    }
  }

  /** IoU of a detected with a true box; for a crowd, the share of the detection inside it. */
  static double box(
      double dx,
      double dy,
      double dw,
      double dh,
      double gx,
      double gy,
      double gw,
      double gh,
      boolean crowd) {
    double w = Math.min(dw + dx, gw + gx) - Math.max(dx, gx);
    if (w <= 0) {
      return 0;
    }
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
