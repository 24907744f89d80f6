package dev.dovetail.backbones.efficientvit;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Conv2d;
import java.util.List;

/**
 * Multi-scale linear attention (Cai et al. 2023, section 3.1; {@code LiteMLA}): ReLU replaces the
 * softmax. Keys are multiplied with values first, so the cost is linear in the number of pixels.
 *
 * @param headWidth channels of a head
 */
record LinearAttention(Layers layers, int headWidth) {

  private static final double EPSILON = 1e-5;

  /** Maps [batch, channels, height, width] to the same shape. */
  Tensor apply(Scope s, Tensor x) {
    return s.run(
        () -> {
          Conv2d project = Conv2d.of(3 * x.dim(1), 1).withoutBias();
          Tensor qkv = project.apply(s.at("qkv.conv"), x);
          Tensor scales = Tensor.concat(1, qkv, aggregated(s.at("aggreg").at(0), qkv));
          return layers.convNorm(s.at("proj"), attend(s, scales), Conv2d.of(x.dim(1), 1));
        });
  }

  /**
   * Aggregates query, key and value over the neighborhood of each pixel, separately for each head.
   */
  private Tensor aggregated(Scope s, Tensor qkv) {
    int width = qkv.dim(1);
    int groups = width / headWidth;
    Tensor near = Conv2d.depthwise(width, 5).withoutBias().apply(s.at(0), qkv);
    return new Conv2d(width, 1, 1, 0, groups, false, new Init.KaimingNormal(groups))
        .apply(s.at(1), near);
  }

  /** Attends. Query, key and value of each head are adjacent in {@code qkv}. */
  private Tensor attend(Scope s, Tensor qkv) {
    int batch = qkv.dim(0);
    int groups = qkv.dim(1) / (3 * headWidth);
    int pixels = qkv.dim(2) * qkv.dim(3);
    List<Tensor> parts = qkv.reshape(batch, groups, 3 * headWidth, pixels).chunk(3, 2);
    // Sums over all pixels would exceed the range of float16.
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
