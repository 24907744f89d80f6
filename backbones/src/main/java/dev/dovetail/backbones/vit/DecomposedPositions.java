package dev.dovetail.backbones.vit;

import dev.dovetail.backbones.Features;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.nn.ResizeMatrix;
import java.util.Optional;

/**
 * Decomposed relative positions (Li et al. 2022, MViTv2, as ViTDet and SAM use them): the bias of a
 * query and a key is the sum of two dot products. Both multiply the query, one by a learned vector
 * for the difference of rows, the other by one for the difference of columns. For other sizes the
 * vectors are interpolated linearly.
 *
 * @param height rows of the window or grid that the vectors were learned for
 * @param width columns of the same window or grid
 */
record DecomposedPositions(int height, int width) implements AttentionPositions {

  @Override
  public Optional<Tensor> bias(Scope s, Tensor q, int heads, Features places) {
    int rows = places.height();
    int columns = places.width();
    int batch = q.dim(0);
    int channels = q.dim(2) / heads;
    Tensor grid = q.reshape(batch, rows, columns, heads, channels);
    // [rows, batch, columns, heads, rows of keys] and [columns, batch, rows, heads, columns of
    // keys]
    Tensor ofRows =
        products(grid.permute(1, 0, 2, 3, 4), vectors(s, "rel_pos_h", height, rows, channels));
    Tensor ofColumns =
        products(grid.permute(2, 0, 1, 3, 4), vectors(s, "rel_pos_w", width, columns, channels));
    return Optional.of(
        ofRows
            .permute(1, 3, 0, 2, 4)
            .unsqueeze(5)
            .plus(ofColumns.permute(1, 3, 2, 0, 4).unsqueeze(4))
            .reshape(batch, heads, rows * columns, rows * columns));
  }

  /** Returns a vector for each query and key along one axis: [queries, keys, channels]. */
  private static Tensor vectors(Scope s, String name, int learned, int size, int channels) {
    int entries = 2 * size - 1;
    Tensor table = s.weight(name, Init.zeros(), 2 * learned - 1, channels);
    if (learned != size) {
      ResizeMatrix m = ResizeMatrix.linear(2 * learned - 1, entries);
      table = s.constant(TensorData.of(m.values(), entries, 2 * learned - 1)).matmul(table);
    }
    long[] index = new long[size * size];
    for (int i = 0; i < index.length; i++) {
      index[i] = i / size - i % size + size - 1;
    }
    return table.gather(0, s.constant(TensorData.of(index, size, size)));
  }

  /** Multiplies x [n, ..., channels] with vectors [n, keys, channels]: [n, ..., keys]. */
  private static Tensor products(Tensor x, Tensor vectors) {
    int[] dims = x.shape().dims();
    Tensor rows = x.reshape(dims[0], -1, dims[4]).matmul(vectors.permute(0, 2, 1));
    return rows.reshape(dims[0], dims[1], dims[2], dims[3], vectors.dim(1));
  }
}
