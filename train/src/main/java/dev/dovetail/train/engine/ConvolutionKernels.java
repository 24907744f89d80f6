package dev.dovetail.train.engine;

import static dev.dovetail.train.engine.ProductKernels.optional;

import dev.dovetail.graph.Convolution;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.global.torch;

/** {@link Convolution} on libtorch. */
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
      return Kernel.of(
          in ->
              torch.conv_transpose2d(
                  in[0], in[1], optional(in, 2), stride, both(0), both(0), 1, both(1)));
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

  private static long[] both(long value) {
    return new long[] {value, value};
  }
}
