package dev.dovetail.train.engine;

import dev.dovetail.graph.Sampling;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The kernels of {@link Sampling} in libtorch. */
final class SamplingKernels {

  private static final long BILINEAR = 0;
  private static final long ZEROS = 0;

  private SamplingKernels() {}

  static Kernel of(Sampling op) {
    if (op instanceof Sampling.Resize resize) {
      long[] size = {resize.height(), resize.width()};
      return Kernel.unary(x -> resized(x, resize.mode(), size));
    }
    if (op instanceof Sampling.ResizeTo resize) {
      return Kernel.of(
          in -> {
            long[] sizes = Tensors.longs(in[3]);
            return resized(in[0], resize.mode(), sizes[2], sizes[3]);
          });
    }
    if (op instanceof Sampling.GridSample) {
      return Kernel.binary((x, grid) -> torch.grid_sampler(x, grid, BILINEAR, ZEROS, false));
    }
    if (op instanceof Sampling.RoiAlign align) {
      return Kernel.of(in -> RoiAlign.apply(align, in[0], in[1], in[2]));
    }
    throw Kernels.unknown(op);
  }

  private static Tensor resized(Tensor x, Sampling.Mode mode, long... size) {
    DoubleOptional none = new DoubleOptional();
    return switch (mode) {
      case LINEAR -> torch.upsample_bilinear2d(x, size, false, none, none);
      case NEAREST -> torch.upsample_nearest2d(x, size, none, none);
    };
  }
}
