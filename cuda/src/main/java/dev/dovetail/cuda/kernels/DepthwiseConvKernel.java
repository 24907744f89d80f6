package dev.dovetail.cuda.kernels;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.TensorType;
import dev.dovetail.graph.fused.DepthwiseConv;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Launches {@code depthwise_conv.cu}, in which each thread computes a few outputs of one column.
 */
final class DepthwiseConvKernel {

  /** The number of outputs per thread. They share most of the rows that they read. */
  private static final int STRIP = 4;

  /** The maximum kernel size, since a thread keeps the weights of its channel in registers. */
  private static final int LARGEST_KERNEL = 7;

  private DepthwiseConvKernel() {}

  static Optional<Launch> of(DepthwiseConv op, List<TensorType> operands, DType type) {
    Shape x = operands.get(0).shape();
    Shape out = op.infer(operands).get(0).shape();
    int kernel = operands.get(1).shape().dim(2);
    long plane = (long) x.dim(2) * x.dim(3);
    if (kernel > LARGEST_KERNEL || plane > Integer.MAX_VALUE) {
      return Optional.empty();
    }
    int strips = (out.dim(2) + STRIP - 1) / STRIP;
    Map<String, String> constants = new HashMap<>();
    constants.put("T", Kernels.name(type));
    constants.put("PLANES", "" + x.dim(0) * x.dim(1));
    constants.put("CHANNELS", "" + x.dim(1));
    constants.put("HEIGHT", "" + x.dim(2));
    constants.put("WIDTH", "" + x.dim(3));
    constants.put("OUT_HEIGHT", "" + out.dim(2));
    constants.put("OUT_WIDTH", "" + out.dim(3));
    constants.put("KERNEL", "" + kernel);
    constants.put("STRIDE", "" + op.stride());
    constants.put("PADDING", "" + op.padding());
    constants.put("STRIP", "" + STRIP);
    constants.put("BIAS", Kernels.flag(op.bias()));
    return Kernels.perItem(
        "depthwise_conv", constants, (long) x.dim(0) * x.dim(1) * strips * out.dim(3));
  }
}
