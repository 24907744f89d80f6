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

/**
 * Products of float32 values in bfloat16, which has the range of float32 and 8 bits of mantissa.
 */
final class Bfloat16 {

  private Bfloat16() {}

  /**
   * Whether a node gains by it: linear layers and dense convolutions, which compute much for each
   * element. Depthwise convolutions do not, and libtorch's attention in bfloat16 is ten times
   * slower or worse on a processor than in float32 (its products are not those of oneDNN).
   */
  static boolean suits(Node node) {
    Op op = node.op();
    boolean product =
        op instanceof Product.Linear
            || op instanceof Convolution.ConvTranspose
            || op instanceof Convolution.Conv conv && conv.groups() == 1;
    return product && !node.float32();
  }

  /** A kernel that rounds its operands and widens its results. */
  static Kernel of(Kernel kernel) {
    return (in, pass) ->
        Arrays.stream(
                kernel.run(Arrays.stream(in).map(Bfloat16::rounded).toArray(Tensor[]::new), pass))
            .map(y -> y.to(ScalarType.Float))
            .toArray(Tensor[]::new);
  }

  /** Maps are laid out with their channels last on the way, which convolutions keep. */
  private static Tensor rounded(Tensor x) {
    MemoryFormat layout = x.dim() == 4 ? MemoryFormat.ChannelsLast : MemoryFormat.Preserve;
    return x.to(ScalarType.BFloat16, false, false, new MemoryFormatOptional(layout));
  }
}
