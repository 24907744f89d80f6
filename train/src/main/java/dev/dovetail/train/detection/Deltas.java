package dev.dovetail.train.detection;

import dev.dovetail.graph.TensorData;
import dev.dovetail.heads.boxes.BoxCoder;
import java.util.Arrays;

/** Computes the box deltas from boxes to their objects. */
final class Deltas {

  private Deltas() {}

  /**
   * @param boxes x1 y1 x2 y2 of each box
   * @param chosen the indices of the boxes
   * @param objects float32 [n, 4]
   * @param targets the index of the object of each chosen box
   * @return float32 [chosen, 4]
   */
  static TensorData of(
      BoxCoder coder, double[] boxes, int[] chosen, TensorData objects, int[] targets) {
    double[] corners = objects.doubles();
    double[] deltas = new double[4 * chosen.length];
    for (int i = 0; i < chosen.length; i++) {
      double[] delta = coder.encode(row(boxes, chosen[i]), row(corners, targets[i]));
      System.arraycopy(delta, 0, deltas, 4 * i, 4);
    }
    return TensorData.of(deltas, chosen.length, 4);
  }

  static double[] row(double[] boxes, int i) {
    return Arrays.copyOfRange(boxes, 4 * i, 4 * i + 4);
  }
}
