package dev.dovetail.heads.maskformer;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.Norms;
import dev.dovetail.graph.nn.Resampling;
import dev.dovetail.heads.Require;

/**
 * MaskFormer's pixel decoder: a feature pyramid network with group norms, whose finest map is
 * projected to the mask features.
 *
 * @param channels channels of the pyramid
 * @param maskChannels channels of the mask features
 * @param groups groups of the norms
 */
public record PixelPyramid(int channels, int maskChannels, int groups) {

  public PixelPyramid {
    Require.positive("channels", channels);
    Require.positive("maskChannels", maskChannels);
    Require.positive("groups", groups);
    Require.multiple("channels", channels, groups, "groups");
  }

  /**
   * Computes the mask features with {@code fpn.stem}, {@code fpn.layers} and {@code
   * mask_projection}.
   *
   * @return [batch, mask channels, height / 4, width / 4]
   */
  Tensor apply(Scope s, FeaturePyramid features) {
    int top = features.levels().size() - 1;
    Tensor y = normed(s.at("fpn.stem"), features.map(top), 3).relu();
    Scope layers = s.at("fpn.layers");
    for (int i = 0; i < top; i++) {
      Scope layer = layers.at(i);
      Tensor lateral = normed(layer.at("proj"), features.map(top - 1 - i), 1);
      Tensor sum = Resampling.nearest(y, lateral.dim(2), lateral.dim(3)).plus(lateral);
      y = normed(layer.at("block"), sum, 3).relu();
    }
    Conv2d last = Conv2d.of(maskChannels, 3).init(new Init.FanIn(channels * 9));
    return last.apply(s.at("mask_projection"), y);
  }

  private Tensor normed(Scope s, Tensor x, int kernel) {
    Conv2d conv =
        Conv2d.of(channels, kernel).withoutBias().init(new Init.FanIn(x.dim(1) * kernel * kernel));
    return Norms.groupNorm(s.at(1), conv.apply(s.at(0), x), groups);
  }
}
