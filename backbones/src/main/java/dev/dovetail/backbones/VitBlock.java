package dev.dovetail.backbones;

import static dev.dovetail.graph.nn.Attention.multiHead;
import static dev.dovetail.graph.nn.Linear.linear;
import static dev.dovetail.graph.nn.Linear.linearWithoutBias;
import static dev.dovetail.graph.nn.Norms.channelLayerNorm;
import static dev.dovetail.graph.nn.Norms.layerNorm;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Conv2d;
import java.util.List;

/**
 * One pre-norm encoder block (Dosovitskiy et al. 2021, equations 2 and 3) as ViT-CoMer's detection
 * code has it: optional layer scale (Touvron et al. 2021), attention inside windows (Li et al.
 * 2022), and a convolutional bottleneck at the end.
 *
 * @param heads heads of the attention
 * @param mlpRatio hidden width of the MLP over the width
 * @param qkvBias whether query, key and value have a bias
 * @param layerScale whether both branches are scaled by learned {@code gamma1}, {@code gamma2}
 * @param window rows and columns of an attention window; 0 attends over the whole grid
 * @param residual whether a bottleneck of three convolutions follows
 */
public record VitBlock(
    int heads, double mlpRatio, boolean qkvBias, boolean layerScale, int window, boolean residual) {

  static final double EPSILON = 1e-6;

  /** Tokens [batch, tokens, width] to tokens of the same shape. */
  public Tensor apply(Scope s, Features x) {
    Tensor in = x.tokens();
    Tensor normal = layerNorm(s.at("norm1"), in, EPSILON);
    Tensor attended = in.plus(scaled(s, "gamma1", s.in("attn", a -> attention(a, x.with(normal)))));
    Tensor mixed = mlp(s.at("mlp"), layerNorm(s.at("norm2"), attended, EPSILON), mlpRatio);
    Tensor out = attended.plus(scaled(s, "gamma2", mixed));
    return residual ? s.in("residual", r -> bottleneck(r, x.with(out))) : out;
  }

  private Tensor scaled(Scope s, String name, Tensor branch) {
    return layerScale ? branch.times(s.weight(name, Init.ones(), branch.dim(-1))) : branch;
  }

  private Tensor attention(Scope s, Features x) {
    int width = x.tokens().dim(2);
    Tensor qkv =
        qkvBias
            ? linear(s.at("qkv"), x.tokens(), 3 * width)
            : linearWithoutBias(s.at("qkv"), x.tokens(), 3 * width);
    if (window == 0) {
      return linear(s.at("proj"), attend(qkv), width);
    }
    if (x.prefix() > 0) {
      throw new IllegalArgumentException(
          "windowed attention takes no class or register tokens, and there are " + x.prefix());
    }
    // The padding comes after the projection and is not masked: padded keys and values are exact
    // zeros without a bias, yet each takes its share of the softmax, as in the reference.
    Windows windows = new Windows(x.height(), x.width(), window, window);
    return linear(s.at("proj"), windows.merge(attend(windows.partition(qkv))), width);
  }

  private Tensor attend(Tensor qkv) {
    List<Tensor> parts = qkv.split(3, -1);
    return multiHead(parts.get(0), parts.get(1), parts.get(2), heads);
  }

  /** Two linear layers ({@code fc1}, {@code fc2}) with a GELU between them, over x [..., width]. */
  public static Tensor mlp(Scope s, Tensor x, double ratio) {
    int width = x.dim(-1);
    return s.run(
        () -> linear(s.at("fc2"), linear(s.at("fc1"), x, (int) (width * ratio)).gelu(), width));
  }

  private static Tensor bottleneck(Scope s, Features x) {
    Tensor map = x.map();
    int width = map.dim(1);
    Tensor y = convolution(s, 1, map, width / 2, 1).gelu();
    y = convolution(s, 2, y, width / 2, 3).gelu();
    y = convolution(s, 3, y, width, 1);
    return x.tokens().plus(Features.ofMap(y, x.stride()).tokens());
  }

  private static Tensor convolution(Scope s, int index, Tensor map, int out, int kernel) {
    Tensor y = Conv2d.of(out, kernel).withoutBias().apply(s.at("conv" + index), map);
    return channelLayerNorm(s.at("norm" + index), y, EPSILON);
  }
}
