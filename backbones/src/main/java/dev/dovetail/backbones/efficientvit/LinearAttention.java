package dev.dovetail.backbones.efficientvit;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Conv2d;
import java.util.List;

/**
 * Multi-scale linear attention (Cai et al. 2023, section 3.1; {@code LiteMLA}): ReLU in place of
 * the softmax, so that keys and values meet first and the cost grows with the pixels, not their
 * square.
 *
 * @param headWidth channels of a head
 */
record LinearAttention(Layers layers, int headWidth) {

  private static final double EPSILON = 1e-5;

  /** A map [batch, channels, height, width] to one of the same shape. */
  Tensor apply(Scope s, Tensor x) {
    int heads = x.dim(1) / headWidth;
    int width = 3 * heads * headWidth;
    Conv2d project = Conv2d.of(width, 1).withoutBias();
    Tensor qkv = project.apply(s.at("qkv.conv"), x);
    Scope aggregate = s.at("aggreg").at(0);
    Tensor near = Conv2d.depthwise(width, 5).withoutBias().apply(aggregate.at(0), qkv);
    Conv2d mix = new Conv2d(width, 1, 1, 0, 3 * heads, false, new Init.KaimingNormal(3 * heads));
    Tensor scales = Tensor.concat(1, qkv, mix.apply(aggregate.at(1), near));
    return layers.convNorm(s.at("proj"), attend(s, scales), Conv2d.of(x.dim(1), 1));
  }

  /** Query, key and value of each head stand together in {@code qkv}. */
  private Tensor attend(Scope s, Tensor qkv) {
    int batch = qkv.dim(0);
    int groups = qkv.dim(1) / (3 * headWidth);
    int pixels = qkv.dim(2) * qkv.dim(3);
    List<Tensor> parts = qkv.reshape(batch, groups, 3 * headWidth, pixels).chunk(3, 2);
    // Sums over all pixels leave the range of float16.
    return s.float32(
            () -> {
              Tensor q = parts.get(0).relu();
              Tensor k = parts.get(1).relu();
              Tensor valueKey = parts.get(2).matmul(k.transpose(2, 3));
              Tensor keys = k.sum(3, true).transpose(2, 3);
              return valueKey.matmul(q).div(keys.matmul(q).plus(EPSILON));
            })
        .reshape(batch, groups * headWidth, qkv.dim(2), qkv.dim(3));
  }
}
