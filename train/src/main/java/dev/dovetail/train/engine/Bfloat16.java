package dev.dovetail.train.engine;

import dev.dovetail.graph.Convolution;
import dev.dovetail.graph.Node;
import dev.dovetail.graph.Op;
import dev.dovetail.graph.Product;
import java.util.Arrays;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Multiplies float32 values in bfloat16, which has the range of float32 and an 8-bit mantissa. */
final class Bfloat16 {

  private Bfloat16() {}

  /**
   * Returns whether a node is faster in bfloat16: linear layers and dense convolutions, which have
   * many operations per element. Depthwise convolutions are not faster. On a CPU, libtorch's
   * attention is at least ten times slower in bfloat16 than in float32, since it does not use
   * oneDNN.
   */
  static boolean suits(Node node) {
    Op op = node.op();
    boolean product =
        op instanceof Product.Linear
            || op instanceof Convolution.ConvTranspose
            || op instanceof Convolution.Conv conv && conv.groups() == 1;
    return product && !node.float32();
  }

  /** A kernel that rounds its operands and converts its results back. */
  static Kernel of(Kernel kernel) {
    return (in, pass) ->
        Arrays.stream(
                kernel.run(Arrays.stream(in).map(Bfloat16::rounded).toArray(Tensor[]::new), pass))
            .map(y -> y.to(ScalarType.Float))
            .toArray(Tensor[]::new);
  }

  /** Converts feature maps to channels-last layout, which convolutions keep. */
  private static Tensor rounded(Tensor x) {
    MemoryFormat layout = x.dim() == 4 ? MemoryFormat.ChannelsLast : MemoryFormat.Preserve;
    return x.to(ScalarType.BFloat16, false, false, new MemoryFormatOptional(layout));
  }
}
