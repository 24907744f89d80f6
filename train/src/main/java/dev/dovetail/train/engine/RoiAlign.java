package dev.dovetail.train.engine;

import dev.dovetail.graph.Sampling;
import dev.dovetail.graph.TensorData;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * {@link Sampling.RoiAlign}, which libtorch lacks. Each bin is a weighted sum of cells of the map.
 * The mean of bilinear samples on a grid separates into a product of row weights and column
 * weights, so samples are not computed individually. Gradients reach the map but not the boxes.
 */
final class RoiAlign {

  private static final long SUM = 0;

  private RoiAlign() {}

  /**
   * @param op specifies the positions of the samples
   * @param map [batch, channels, height, width]
   * @param boxes [n, 4] in image pixels
   * @param batch int64 [n], the image of each box
   * @return [n, channels, size, size]
   */
  static Tensor apply(Sampling.RoiAlign op, Tensor map, Tensor boxes, Tensor batch) {
    int size = op.size();
    float scale = op.spatialScale();
    int height = Math.toIntExact(map.size(2));
    int width = Math.toIntExact(map.size(3));
    long channels = map.size(1);
    double[] corners = Tensors.data(boxes).doubles();
    long[] of = Tensors.longs(batch);
    Bags bags = new Bags(of.length * size * size);
    for (int n = 0; n < of.length; n++) {
      RoiBins rows = RoiBins.of(op, scale * corners[4 * n + 1], scale * corners[4 * n + 3], height);
      RoiBins columns = RoiBins.of(op, scale * corners[4 * n], scale * corners[4 * n + 2], width);
      for (int y = 0; y < size; y++) {
        for (int x = 0; x < size; x++) {
          bags.add(of[n] * height, width, rows, y, columns, x);
        }
      }
    }
    if (of.length == 0) {
      return map.reshape(-1).narrow(0, 0, 0).reshape(0, channels, size, size);
    }
    Tensor cells = map.permute(0, 2, 3, 1).reshape(-1, channels);
    FloatType type = Tensors.type(map) == ScalarType.Double ? FloatType.FLOAT64 : FloatType.FLOAT32;
    Tensor sums =
        new Tensor(
            torch
                .embedding_bag(
                    cells,
                    IndexingKernels.longs(bags.cells()),
                    IndexingKernels.longs(bags.starts()),
                    false,
                    SUM,
                    false,
                    new TensorOptional(
                        Tensors.of(TensorData.of(bags.weights(), bags.size()), type)),
                    false)
                .get0());
    return sums.reshape(of.length, size, size, channels).permute(0, 3, 1, 2);
  }

  /** The cells of every bin and their weights, one bin after another. */
  private static final class Bags {

    private final long[] starts;
    private long[] cells = new long[1024];
    private double[] weights = new double[1024];
    private int bags;
    private int size;

    Bags(int count) {
      starts = new long[count];
    }

    void add(long firstRow, int width, RoiBins rows, int y, RoiBins columns, int x) {
      starts[bags++] = size;
      double[] down = rows.weights()[y];
      double[] across = columns.weights()[x];
      int more = size + down.length * across.length;
      if (more > cells.length) {
        cells = Arrays.copyOf(cells, Math.max(more, 2 * cells.length));
        weights = Arrays.copyOf(weights, cells.length);
      }
      for (int i = 0; i < down.length; i++) {
        for (int j = 0; j < across.length; j++) {
          cells[size] = (firstRow + rows.first()[y] + i) * width + columns.first()[x] + j;
          weights[size++] = down[i] * across[j];
        }
      }
    }

    long[] starts() {
      return starts;
    }

    long[] cells() {
      return Arrays.copyOf(cells, size);
    }

    double[] weights() {
      return Arrays.copyOf(weights, size);
    }

    int size() {
      return size;
    }
  }
}
