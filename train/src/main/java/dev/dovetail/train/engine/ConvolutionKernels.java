package dev.dovetail.train.engine;

import static dev.dovetail.train.engine.ProductKernels.optional;

import dev.dovetail.graph.Convolution;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** The kernels of {@link Convolution} in libtorch. */
final class ConvolutionKernels {

  private ConvolutionKernels() {}

  static Kernel of(Convolution op) {
    if (op instanceof Convolution.Conv conv) {
      long[] stride = both(conv.stride());
      long[] padding = both(conv.padding());
      return Kernel.of(
          in ->
              torch.conv2d(in[0], in[1], optional(in, 2), stride, padding, both(1), conv.groups()));
    }
    if (op instanceof Convolution.ConvTranspose conv) {
      long[] stride = both(conv.stride());
      return Kernel.of(in -> transposed(in, stride));
    }
    if (op instanceof Convolution.MaxPool pool) {
      return Kernel.unary(
          x ->
              torch.max_pool2d(
                  x,
                  both(pool.kernel()),
                  both(pool.stride()),
                  both(pool.padding()),
                  both(1),
                  false));
    }
    if (op instanceof Convolution.AveragePool pool) {
      return Kernel.unary(
          x ->
              torch.avg_pool2d(
                  x,
                  both(pool.kernel()),
                  both(pool.stride()),
                  both(0),
                  false,
                  true,
                  new LongOptional()));
    }
    throw Kernels.unknown(op);
  }

  /**
   * Convolves in channels-last layout, which takes oneDNN at most half the time. The bias is added
   * separately, because oneDNN computes its gradient with slow reference code.
   */
  private static Tensor transposed(Tensor[] in, long[] stride) {
    Tensor x = in[0].contiguous(torch.MemoryFormat.ChannelsLast);
    long[] none = both(0);
    Tensor y =
        torch.conv_transpose2d(x, in[1], new TensorOptional(), stride, none, none, 1, both(1));
    return in.length > 2 ? y.add_(in[2].reshape(-1, 1, 1)) : y;
  }

  private static long[] both(long value) {
    return new long[] {value, value};
  }
}
