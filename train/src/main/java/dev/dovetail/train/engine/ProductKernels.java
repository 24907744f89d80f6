package dev.dovetail.train.engine;

import dev.dovetail.graph.Product;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** The kernels of {@link Product} in libtorch. */
final class ProductKernels {

  private ProductKernels() {}

  static Kernel of(Product op) {
    if (op instanceof Product.MatMul) {
      return Kernel.binary(torch::matmul);
    }
    if (op instanceof Product.Linear) {
      return Kernel.of(in -> torch.linear(in[0], in[1], optional(in, 2)));
    }
    if (op instanceof Product.Attention attention) {
      return Kernel.of(in -> attention(attention, in));
    }
    throw Kernels.unknown(op);
  }

  /** Returns an optional operand. */
  static TensorOptional optional(Tensor[] in, int index) {
    return index < in.length ? new TensorOptional(in[index]) : new TensorOptional();
  }

  private static Tensor attention(Product.Attention op, Tensor[] in) {
    Tensor found =
        torch.scaled_dot_product_attention(
            heads(in[0], op.heads()),
            heads(in[1], op.heads()),
            heads(in[2], op.heads()),
            optional(in, 3),
            0,
            false,
            new DoubleOptional(op.scale()),
            false);
    return found.transpose(1, 2).reshape(in[0].size(0), in[0].size(1), in[2].size(2));
  }

  /** Reshapes [batch, tokens, width] to [batch, heads, tokens, width / heads]. */
  private static Tensor heads(Tensor x, int heads) {
    return x.reshape(x.size(0), x.size(1), heads, x.size(2) / heads).transpose(1, 2);
  }
}
