package dev.dovetail.graph.onnx;

import dev.dovetail.graph.Convolution;
import dev.dovetail.graph.Elementwise;
import dev.dovetail.graph.Indexing;
import dev.dovetail.graph.Lowering;
import dev.dovetail.graph.Movement;
import dev.dovetail.graph.Node;
import dev.dovetail.graph.Product;
import dev.dovetail.graph.Sampling;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.nn.Resampling;
import dev.dovetail.graph.nn.ResizeMatrix;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Rewrites nodes to forms that ONNX Runtime's CUDA provider computes faster or that can be recorded
 * (docs/internals/cuda.md). One instance per graph.
 */
final class CudaForms {

  /** With fewer values per point, the number of operators matters more than the sum. */
  private static final long MANY = 1 << 20;

  /** Smaller maps are resized in about the time in which a batched product starts. */
  private static final long MANY_RESIZED = 1 << 25;

  /** Half-precision products of other extents do not use the fastest kernels. */
  private static final int ALIGNMENT = 8;

  private final Map<Shape, Tensor> zeros = new HashMap<>();
  private final boolean half;

  CudaForms(Precision precision) {
    half = precision == Precision.FP16;
  }

  /** {@return whether the time of a kernel depends on its values, rather than on its launch} */
  static boolean isLarge(Shape s) {
    return hasElements(s, MANY);
  }

  /** {@return whether the shape is known and has as many elements} */
  static boolean hasElements(Shape s, long least) {
    return s.isStatic() && s.elements() >= least;
  }

  /** Returns the replacement of a node; empty to keep it. */
  Optional<Tensor> of(Node node, List<Tensor> operands) {
    if (node.op() instanceof Sampling.DeformableAttention
        && isLarge(node.outputs().get(0).shape())) {
      return DeformableByPoint.of(node, operands);
    }
    if (node.op() instanceof Movement.Pad pad && appendsZeros(pad, operands.get(0))) {
      return Optional.of(padded(pad, operands.get(0)));
    }
    if (node.op() instanceof Convolution.Conv conv) {
      if (conv.groups() > 1 && operands.get(1).dim(1) == 1) {
        // In half precision, cuDNN compiles a kernel for each in the first run, which takes 0.2 s.
        // In float32 it has precompiled kernels for many shapes.
        return Optional.of(Lowering.inFloat32(node, () -> convolution(conv, operands)));
      }
      return half && !node.float32() && operands.size() > 2 && !Lowering.cutsPatches(node)
          ? Optional.of(convolution(conv, operands))
          : Optional.empty();
    }
    if (half && node.op() instanceof Sampling.Resize resize && isProduct(node, resize)) {
      return Optional.of(resized(operands.get(0), resize));
    }
    if (half
        && node.op() instanceof Elementwise.Unary unary
        && unary.function() == Elementwise.Function.GELU
        && isLarge(operands.get(0).shape())) {
      return Optional.of(CudaFusions.gelu(operands.get(0)));
    }
    if (node.op() instanceof Product.Linear && operands.size() > 2) {
      Tensor weight = operands.get(1).permute(1, 0);
      return Optional.of(operands.get(0).matmul(weight).plus(operands.get(2)));
    }
    if (node.op() instanceof Indexing.GatherNd gather
        && gather.batchDims() == 1
        && operands.get(1).dim(-1) == 1
        && operands.stream().allMatch(t -> t.shape().isStatic())) {
      return Optional.of(gathered(operands.get(0), operands.get(1)));
    }
    return Optional.empty();
  }

  /**
   * Adds the bias by an operator of its own, whose kernel is faster than cuDNN's. In float32, cuDNN
   * computes a convolution, its bias and a ReLU in one kernel.
   */
  private Tensor convolution(Convolution.Conv conv, List<Tensor> operands) {
    Tensor x = operands.get(0);
    if (!half || operands.size() < 3) {
      return x.apply(conv, operands.subList(1, operands.size()).toArray(Tensor[]::new));
    }
    Tensor bias = operands.get(2);
    return x.apply(conv, operands.get(1)).plus(bias.reshape(bias.dim(0), 1, 1));
  }

  private static boolean isProduct(Node node, Sampling.Resize resize) {
    Tensor x = node.inputs().get(0);
    return resize.mode() == Sampling.Mode.LINEAR
        && !node.float32()
        && hasElements(node.outputs().get(0).shape(), MANY_RESIZED)
        && x.dim(2) % ALIGNMENT == 0
        && x.dim(3) % ALIGNMENT == 0
        && resize.width() % ALIGNMENT == 0;
  }

  /** Resizes by two products, which is several times faster than the operator. */
  private static Tensor resized(Tensor x, Sampling.Resize resize) {
    return Resampling.separable(
        x,
        ResizeMatrix.linear(x.dim(2), resize.height()),
        ResizeMatrix.linear(x.dim(3), resize.width()));
  }

  /**
   * Replaces GatherND, which copies its sizes from pageable memory in each run. Such a run cannot
   * be recorded as a CUDA graph.
   *
   * @param x [batch, n, ...]
   * @param indices [batch, ..., 1]
   */
  private static Tensor gathered(Tensor x, Tensor indices) {
    int batch = x.dim(0);
    Tensor rows = indices.reshape(indices.shape().without(-1).dims());
    if (batch > 1) {
      int[] dims = new int[rows.rank()];
      Arrays.fill(dims, 1);
      dims[0] = batch;
      long n = x.dim(1);
      long[] starts = LongStream.range(0, batch).map(i -> i * n).toArray();
      rows = rows.plus(x.constant(TensorData.of(starts, dims)));
    }
    return x.flatten(0, 1).gather(0, rows);
  }

  private static boolean appendsZeros(Movement.Pad pad, Tensor x) {
    return pad.value() == 0 && pad.before().stream().allMatch(n -> n == 0) && x.shape().isStatic();
  }

  /** Replaces Pad, which is an order of magnitude slower than a copy in this provider. */
  private Tensor padded(Movement.Pad pad, Tensor x) {
    Tensor all = x;
    for (int axis = 0; axis < x.rank(); axis++) {
      if (pad.after().get(axis) > 0) {
        Shape shape = all.shape().with(axis, pad.after().get(axis));
        Tensor end = zeros.computeIfAbsent(shape, s -> zeros(x, s));
        all = Tensor.concat(axis, all, end);
      }
    }
    return all;
  }

  private static Tensor zeros(Tensor x, Shape shape) {
    int[] ones = new int[shape.rank()];
    Arrays.fill(ones, 1);
    return x.constant(TensorData.of(new float[] {0}, ones)).expand(shape.dims());
  }
}
