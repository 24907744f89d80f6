package dev.dovetail.backbones.mobilevit;

import static dev.dovetail.graph.nn.Norms.groupNorm;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Activations;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.Resampling;
import java.util.List;

/**
 * The block of MobileViTv2 (Mehta and Rastegari 2022, figure 5 of its appendix): a depthwise
 * convolution, then a transformer that relates the pixels at the same place of all 2x2 patches.
 *
 * @param depth transformer blocks
 */
record SeparableBlock(int depth) {

  private static final int PATCH = 2;

  /**
   * A map [batch, channels, height, width] to one of the same channels; an odd height or width
   * grows by one.
   */
  Tensor apply(Scope s, Tensor x) {
    int channels = x.dim(1);
    int width = divisible(0.5 * channels);
    Tensor even =
        Resampling.bilinearAlignedCorners(x, x.dim(2) + x.dim(2) % 2, x.dim(3) + x.dim(3) % 2);
    Tensor local =
        Activations.silu(
            MobileVitV2.convNorm(s.at("conv_kxk"), even, Conv2d.depthwise(channels, 3)));
    Tensor y = unfold(Conv2d.of(width, 1).withoutBias().apply(s.at("conv_1x1"), local));
    for (int i = 0; i < depth; i++) {
      Tensor in = y;
      y = s.at("transformer").in(i, b -> transformer(b, in));
    }
    y = fold(groupNorm(s.at("norm"), y, 1), even.dim(2), even.dim(3));
    return MobileVitV2.convNorm(s.at("conv_proj"), y, Conv2d.of(channels, 1));
  }

  /** [batch, channels, height, width] to [batch, channels, pixels of a patch, patches]. */
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

  private static Tensor transformer(Scope s, Tensor x) {
    Tensor attended =
        x.plus(s.in("attn", a -> separableAttention(a, groupNorm(s.at("norm1"), x, 1))));
    return attended.plus(s.in("mlp", m -> mlp(m, groupNorm(s.at("norm2"), attended, 1))));
  }

  /** Equation 4: every value is weighed by one context vector, the mean of keys by their scores. */
  private static Tensor separableAttention(Scope s, Tensor x) {
    int width = x.dim(1);
    Tensor projected = Conv2d.of(1 + 2 * width, 1).apply(s.at("qkv_proj"), x);
    List<Tensor> qkv = projected.split(1, 1, width, width);
    Tensor context = qkv.get(1).times(qkv.get(0).softmax(-1)).sum(-1, true);
    return Conv2d.of(width, 1).apply(s.at("out_proj"), qkv.get(2).relu().times(context));
  }

  private static Tensor mlp(Scope s, Tensor x) {
    int width = x.dim(1);
    Tensor hidden = Activations.silu(Conv2d.of(2 * width, 1).apply(s.at("fc1"), x));
    return Conv2d.of(width, 1).apply(s.at("fc2"), hidden);
  }

  /** The nearest multiple of 8, not more than a tenth below {@code value}. */
  static int divisible(double value) {
    int near = Math.max(8, (int) (value + 4) / 8 * 8);
    return near < 0.9 * value ? near + 8 : near;
  }
}
