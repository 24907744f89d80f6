package dev.dovetail.train.engine;

import dev.dovetail.graph.Indexing;
import dev.dovetail.graph.TensorData;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The kernels of {@link Indexing} in libtorch. Indices start at 0; libtorch rejects negative ones.
 */
final class IndexingKernels {

  private IndexingKernels() {}

  static Kernel of(Indexing op) {
    if (op instanceof Indexing.Gather gather) {
      return Kernel.binary((x, indices) -> gather(x, gather.axis(), indices));
    }
    if (op instanceof Indexing.GatherNd gather) {
      return Kernel.binary((x, indices) -> gatherNd(x, indices, gather.batchDims()));
    }
    if (op instanceof Indexing.ScatterNd) {
      return Kernel.of(in -> scatterNd(in[0], in[1], in[2]));
    }
    if (op instanceof Indexing.ScatterAdd) {
      return Kernel.of(in -> torch.scatter_add(in[0], 0, in[1], in[2]));
    }
    if (op instanceof Indexing.ShapeOf) {
      return Kernel.unary(x -> longs(x.shape()));
    }
    if (op instanceof Indexing.RangeTo) {
      return Kernel.of(in -> longs(range(in)));
    }
    throw Kernels.unknown(op);
  }

  private static Tensor gather(Tensor x, int axis, Tensor indices) {
    long[] dims = x.shape();
    int at = axis < 0 ? axis + dims.length : axis;
    long[] out =
        concat(
            Arrays.copyOfRange(dims, 0, at),
            indices.shape(),
            Arrays.copyOfRange(dims, at + 1, dims.length));
    return torch.index_select(x, at, indices.reshape(-1)).reshape(out);
  }

  private static Tensor gatherNd(Tensor x, Tensor indices, int batchDims) {
    long[] dims = x.shape();
    long[] tuples = indices.shape();
    int k = Math.toIntExact(tuples[tuples.length - 1]);
    long[] slice = Arrays.copyOfRange(dims, batchDims + k, dims.length);
    long batch = product(Arrays.copyOf(dims, batchDims));
    long cells = product(Arrays.copyOfRange(dims, batchDims, batchDims + k));
    Tensor rows = place(indices, Arrays.copyOfRange(dims, batchDims, batchDims + k));
    Tensor offsets = torch.arange(new Scalar(batch)).mul(new Scalar(cells)).reshape(batch, 1);
    Tensor flat = rows.reshape(batch, rows.numel() / batch).add(offsets).reshape(-1);
    long[] out = concat(Arrays.copyOf(tuples, tuples.length - 1), slice);
    return torch.index_select(rows(x, batch * cells, slice), 0, flat).reshape(out);
  }

  private static Tensor scatterNd(Tensor x, Tensor indices, Tensor updates) {
    long[] dims = x.shape();
    long[] tuples = indices.shape();
    int k = Math.toIntExact(tuples[tuples.length - 1]);
    long[] cells = Arrays.copyOf(dims, k);
    long[] slice = Arrays.copyOfRange(dims, k, dims.length);
    Tensor flat = place(indices, cells).reshape(-1);
    return rows(x, product(cells), slice)
        .index_copy(0, flat, rows(updates, flat.numel(), slice))
        .reshape(dims);
  }

  /** Reshapes x [..., slice...] to rows of slices; a slice without axes is one element. */
  private static Tensor rows(Tensor x, long rows, long[] slice) {
    return x.reshape(rows, product(slice));
  }

  /** Returns the position of each index tuple when the axes are flattened into one. */
  private static Tensor place(Tensor tuples, long[] dims) {
    long[] strides = new long[dims.length];
    long stride = 1;
    for (int i = dims.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= dims[i];
    }
    return torch.sum(tuples.mul(longs(strides)), -1);
  }

  private static long[] range(Tensor[] in) {
    long start = Tensors.longs(in[0])[0];
    long limit = Tensors.longs(in[1])[0];
    long step = Tensors.longs(in[2])[0];
    return LongStream.iterate(start, v -> step > 0 ? v < limit : v > limit, v -> v + step)
        .toArray();
  }

  static Tensor longs(long... values) {
    return Tensors.of(TensorData.of(values, values.length), FloatType.FLOAT32);
  }

  private static long[] concat(long[]... parts) {
    return Arrays.stream(parts).flatMapToLong(Arrays::stream).toArray();
  }

  private static long product(long[] values) {
    return Arrays.stream(values).reduce(1, (a, b) -> a * b);
  }
}
