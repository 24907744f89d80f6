package dev.dovetail.backbones.mobilevit;

import static dev.dovetail.backbones.mobilevit.MobileVitV2.convNorm;
import static dev.dovetail.graph.nn.Activations.silu;
import static dev.dovetail.graph.nn.Norms.groupNorm;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.Resampling;
import java.util.List;

/**
 * The block of MobileViTv2 (Mehta and Rastegari 2022, figure 5 of its appendix): a depthwise
 * convolution followed by a transformer that relates the pixels at the same position of all 2x2
 * patches.
 *
 * @param depth number of transformer blocks
 * @param dropShare drop-path rate of their branches as a fraction of the last block's
 */
record SeparableBlock(int depth, double dropShare) {

  private static final int PATCH = 2;

  /**
   * Maps [batch, channels, height, width] to a map with the same channels. An odd height or width
   * grows by one.
   */
  Tensor apply(Scope s, Tensor x) {
    int channels = x.dim(1);
    Tensor even = even(x);
    Tensor y = silu(convNorm(s.at("conv_kxk"), even, Conv2d.depthwise(channels, 3)));
    y = Conv2d.of(divisible(0.5 * channels), 1).withoutBias().apply(s.at("conv_1x1"), y);
    y = s.at("transformer").fold(0, depth, unfold(y), (b, t, i) -> transformer(b, t));
    y = fold(groupNorm(s.at("norm"), y, 1), even.dim(2), even.dim(3));
    return convNorm(s.at("conv_proj"), y, Conv2d.of(channels, 1));
  }

  /** Resizes a map with an odd height or width, as timm does. */
  private static Tensor even(Tensor x) {
    int height = x.dim(2) + x.dim(2) % PATCH;
    int width = x.dim(3) + x.dim(3) % PATCH;
    return Resampling.bilinearAlignedCorners(x, height, width);
  }

  /**
   * Rearranges [batch, channels, height, width] to [batch, channels, pixels of a patch, patches].
   */
  private static Tensor unfold(Tensor x) {
    int rows = x.dim(2) / PATCH;
    int columns = x.dim(3) / PATCH;
    return x.reshape(x.dim(0), x.dim(1), rows, PATCH, columns, PATCH)
        .permute(0, 1, 3, 5, 2, 4)
        .reshape(x.dim(0), x.dim(1), PATCH * PATCH, rows * columns);
  }

  private static Tensor fold(Tensor x, int height, int width) {
    return x.reshape(x.dim(0), x.dim(1), PATCH, PATCH, height / PATCH, width / PATCH)
        .permute(0, 1, 4, 2, 5, 3)
        .reshape(x.dim(0), x.dim(1), height, width);
  }

  private Tensor transformer(Scope s, Tensor in) {
    Tensor out = separableAttention(s.at("attn"), groupNorm(s.at("norm1"), in, 1));
    Tensor x = in.plus(s.dropPath(out, dropShare));
    Tensor mlpOut = mlp(s.at("mlp"), groupNorm(s.at("norm2"), x, 1));
    return x.plus(s.dropPath(mlpOut, dropShare));
  }

  /**
   * Equation 4: every value is multiplied by a context vector, the mean of the keys weighted by
   * their scores.
   */
  private static Tensor separableAttention(Scope s, Tensor x) {
    int width = x.dim(1);
    return s.run(
        () -> {
          Tensor projected = Conv2d.of(1 + 2 * width, 1).apply(s.at("qkv_proj"), x);
          List<Tensor> qkv = projected.split(1, 1, width, width);
          Tensor context = qkv.get(1).times(qkv.get(0).softmax(-1)).sum(-1, true);
          Tensor out = qkv.get(2).relu().times(context);
          return Conv2d.of(width, 1).apply(s.at("out_proj"), out);
        });
  }

  private static Tensor mlp(Scope s, Tensor x) {
    int width = x.dim(1);
    return s.run(
        () -> {
          Tensor hidden = silu(Conv2d.of(2 * width, 1).apply(s.at("fc1"), x));
          return Conv2d.of(width, 1).apply(s.at("fc2"), hidden);
        });
  }

  /** Rounds to the nearest multiple of 8 that is at least nine tenths of {@code value}. */
  static int divisible(double value) {
    int near = Math.max(8, (int) (value + 4) / 8 * 8);
    return near < 0.9 * value ? near + 8 : near;
  }
}
