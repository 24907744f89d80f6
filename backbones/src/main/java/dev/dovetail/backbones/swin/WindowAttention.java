package dev.dovetail.backbones.swin;

import static dev.dovetail.graph.nn.Linear.linear;

import dev.dovetail.graph.Product;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.WindowPartition;
import java.util.List;

/** Multi-head attention inside windows, with a bias for relative positions. */
interface WindowAttention {

  /** {@return the number of heads} */
  int heads();

  /** {@return the query, key and value of tokens; all have the shape [batch, cells, width]} */
  List<Tensor> qkv(Scope s, Tensor x);

  /** {@return the factor of the products of query and key} */
  double scale(int width);

  /** {@return the bias of these products, [1, heads, positions, positions]} */
  Tensor bias(Scope s);

  /**
   * Maps tokens [batch, cells, width] to the same shape: roll and partition, attend, reverse. The
   * linear layers run on the unpadded grid, which is cheaper.
   */
  default Tensor apply(Scope s, Tensor x, WindowPartition windows) {
    return s.run(
        () -> {
          List<Tensor> qkv = qkv(s, windows.pad(x));
          Product.Attention attention = new Product.Attention(heads(), (float) scale(x.dim(2)));
          return linear(s.at("proj"), windows.attend(qkv, bias(s), attention), x.dim(2));
        });
  }
}
