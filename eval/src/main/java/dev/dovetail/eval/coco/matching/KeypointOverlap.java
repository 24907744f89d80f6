package dev.dovetail.eval.coco.matching;

import dev.dovetail.eval.NumpySum;
import dev.dovetail.formats.coco.Keypoints;

/**
 * Object keypoint similarity ({@code computeOks} in the COCO API): the mean over keypoints of a
 * Gaussian of their distance. The keypoint's sigma and the object's size determine the width of the
 * Gaussian. If an object has no labeled keypoint, the distance is that to its box at twice the
 * size.
 */
final class KeypointOverlap implements Overlap {

  private static final double EPS = Math.ulp(1.0);

  private double[] similarities = new double[0];

  @Override
  public void fill(
      GroundTruths truths, int from, int to, ImageDetections d, int[] rows, int n, double[] into) {
    double[] variances = variances(truths.sigmas());
    similarities = new double[variances.length];
    for (int t = from; t < to; t++) {
      Keypoints keypoints = truths.keypoints(t);
      boolean labelled = keypoints.visible() > 0;
      double area = truths.area(t) + EPS;
      for (int i = 0; i < n; i++) {
        double[] detected = d.keypoints(rows[i]);
        into[i * (to - from) + t - from] =
            labelled
                ? toPoints(keypoints.values(), detected, variances, area)
                : toBox(truths.boxes(), 4 * t, detected, variances, area);
      }
    }
  }

  private static double[] variances(double[] sigmas) {
    double[] variances = new double[sigmas.length];
    for (int k = 0; k < sigmas.length; k++) {
      variances[k] = (sigmas[k] * 2) * (sigmas[k] * 2);
    }
    return variances;
  }

  private double toPoints(double[] truth, double[] detected, double[] variances, double area) {
    int n = 0;
    for (int k = 0; k < variances.length; k++) {
      int at = Keypoints.STRIDE * k;
      if (truth[at + 2] > 0) {
        double dx = detected[at] - truth[at];
        double dy = detected[at + 1] - truth[at + 1];
        similarities[n++] = similarity(dx, dy, variances[k], area);
      }
    }
    return NumpySum.of(similarities, n) / n;
  }

  private double toBox(
      double[] boxes, int box, double[] detected, double[] variances, double area) {
    double left = boxes[box] - boxes[box + 2];
    double right = boxes[box] + boxes[box + 2] * 2;
    double top = boxes[box + 1] - boxes[box + 3];
    double bottom = boxes[box + 1] + boxes[box + 3] * 2;
    for (int k = 0; k < variances.length; k++) {
      double x = detected[Keypoints.STRIDE * k];
      double y = detected[Keypoints.STRIDE * k + 1];
      double dx = Math.max(0, left - x) + Math.max(0, x - right);
      double dy = Math.max(0, top - y) + Math.max(0, y - bottom);
      similarities[k] = similarity(dx, dy, variances[k], area);
    }
    return NumpySum.of(similarities, variances.length) / variances.length;
  }

  /**
   * Returns an exponential that is the same on every machine, so that slices of different machines
   * can be merged.
   */
  private static double similarity(double dx, double dy, double variance, double area) {
    return StrictMath.exp(-((dx * dx + dy * dy) / variance / area / 2));
  }
}
