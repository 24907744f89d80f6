package dev.dovetail.heads.mask2former;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Activation;
import dev.dovetail.graph.nn.Attention;
import dev.dovetail.graph.nn.Linear;
import dev.dovetail.graph.nn.Norms;

/** Parts of transformer layers with the keys of mmcv and PyTorch. */
final class Transformer {

  private Transformer() {}

  static Tensor norm(Scope s, Tensor x) {
    return Norms.layerNorm(s, x, 1e-5);
  }

  /**
   * A feed-forward network with a residual connection and the published keys {@code layers.0.0} and
   * {@code layers.1}.
   *
   * @param residual the value added to the result, usually {@code x} itself
   */
  static Tensor feedForward(Scope s, Tensor x, Tensor residual, int hidden, Activation activation) {
    return s.run(
        () -> {
          Tensor inner = activation.apply(xavier(s.at("layers.0.0"), x, hidden));
          return residual.plus(xavier(s.at("layers.1"), inner, x.dim(-1)));
        });
  }

  private static Tensor xavier(Scope s, Tensor x, int out) {
    return Linear.linear(s, x, out, xavierNormal(x.dim(-1), out), Init.zeros());
  }

  private static Init xavierNormal(int in, int out) {
    return new Init.Normal((float) Math.sqrt(2.0 / (in + out)));
  }

  /**
   * PyTorch's {@code MultiheadAttention} for query [batch, n, width], key and value [batch, m,
   * width].
   *
   * @param bias bias of the scaled products, broadcast to [batch, heads, n, m]; empty for none
   */
  static Tensor attention(
      Scope s, Tensor query, Tensor key, Tensor value, int heads, Tensor... bias) {
    return s.run(
        () -> {
          int width = query.dim(2);
          Init init = xavierNormal(width, 3 * width);
          var weights = s.weight("in_proj_weight", init, 3 * width, width).chunk(3, 0);
          var biases = s.weight("in_proj_bias", Init.zeros(), 3 * width).chunk(3, 0);
          Tensor q = Linear.apply(query, weights.get(0), biases.get(0));
          Tensor k = Linear.apply(key, weights.get(1), biases.get(1));
          Tensor v = Linear.apply(value, weights.get(2), biases.get(2));
          Tensor mixed =
              bias.length == 0
                  ? Attention.multiHead(q, k, v, heads)
                  : Attention.multiHead(q, k, v, bias[0], heads);
          return xavier(s.at("out_proj"), mixed, width);
        });
  }
}
