package dev.dovetail.models.parity;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.TensorData;
import java.util.ArrayList;
import java.util.List;

/**
 * Maps each query of the reference to one of Dovetail's. An encoder's best cells are ordered by
 * score, and neighbors with almost equal scores may be swapped.
 *
 * @param places for each image and query of the reference, the index of Dovetail's query
 */
record QueryOrder(List<List<Integer>> places) {

  /** Returns the nearest unused row for each row of the reference. */
  static QueryOrder of(TensorData expected, TensorData actual) {
    Shape shape = expected.type().shape();
    int width = shape.dim(2);
    List<List<Integer>> places = new ArrayList<>();
    for (int image = 0; image < shape.dim(0); image++) {
      List<Integer> order = new ArrayList<>();
      for (int q = 0; q < shape.dim(1); q++) {
        float[] want = expected.floats((image * shape.dim(1) + q) * width, width);
        int nearest = -1;
        double least = Double.POSITIVE_INFINITY;
        for (int other = 0; other < shape.dim(1); other++) {
          float[] got = actual.floats((image * shape.dim(1) + other) * width, width);
          double distance = distance(want, got);
          if (distance < least && !order.contains(other)) {
            nearest = other;
            least = distance;
          }
        }
        order.add(nearest);
      }
      places.add(order);
    }
    return new QueryOrder(places);
  }

  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.abs(a[i] - b[i]);
    }
    return sum;
  }

  /**
   * Returns the rows of a value in the reference's order if it has a row for each query; values
   * before the selection have one for each cell.
   */
  TensorData sorted(String name, TensorData actual) {
    Shape shape = actual.type().shape();
    int queries = places.get(0).size();
    int axis = shape.rank() - 2;
    boolean before = name.startsWith("enc_outputs") || name.startsWith("encoder_");
    if (before
        || axis < 1
        || actual.type().dtype() != DType.FLOAT32
        || shape.dim(axis) != queries) {
      return actual;
    }
    int width = shape.dim(axis + 1);
    int blocks = Math.toIntExact(shape.elements() / (queries * width));
    float[] sorted = new float[Math.toIntExact(shape.elements())];
    for (int block = 0; block < blocks; block++) {
      // Layers come before or after the batch; with one image both are the same.
      List<Integer> order = places.get(places.size() == 1 ? 0 : block / (blocks / places.size()));
      for (int q = 0; q < queries; q++) {
        float[] row = actual.floats((block * queries + order.get(q)) * width, width);
        System.arraycopy(row, 0, sorted, (block * queries + q) * width, width);
      }
    }
    return TensorData.of(sorted, shape.dims());
  }
}
