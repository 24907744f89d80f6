package dev.dovetail.heads.mask2former;

import static dev.dovetail.heads.mask2former.Transformer.feedForward;
import static dev.dovetail.heads.mask2former.Transformer.norm;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.ConvModule;
import dev.dovetail.graph.nn.Grid;
import dev.dovetail.graph.nn.MultiScaleDeformableAttention;
import dev.dovetail.graph.nn.Resampling;
import dev.dovetail.graph.nn.SinePosition;
import dev.dovetail.graph.nn.TokenPyramid;
import dev.dovetail.heads.Require;
import java.util.ArrayList;
import java.util.List;

/**
 * Mixes the three coarser maps of a pyramid by deformable attention and makes features for masks at
 * the finest resolution (Cheng et al. 2022, section 3.2.1; mmdet's {@code
 * MSDeformAttnPixelDecoder}).
 *
 * @param channels width of all results
 * @param heads heads of the attention
 * @param points sampled points for each head and level
 * @param layers how many encoder layers
 * @param hidden width of their feed-forward networks
 * @param groups groups of the norms
 */
public record PixelDecoder(
    int channels, int heads, int points, int layers, int hidden, int groups) {

  private static final Init XAVIER = new Init.XavierUniform();

  public PixelDecoder {
    Require.positive("channels", channels);
    Require.positive("heads", heads);
    Require.positive("points", points);
    Require.positive("layers", layers);
    Require.positive("hidden", hidden);
    Require.positive("groups", groups);
    Require.multiple("channels", channels, groups, "groups");
    Require.multiple("channels", channels, heads, "heads");
    Require.multiple("channels", channels, 4, "sines and cosines of rows and columns");
  }

  /**
   * What masks are made of.
   *
   * @param maskFeatures [batch, channels, height / 4, width / 4]
   * @param memories maps [batch, channels, h, w] from the coarsest to the finest mixed one
   */
  public record Pixels(Tensor maskFeatures, List<Tensor> memories) {}

  /** Names the values {@code mask_feature}, and {@code encoder.layers.0}, … as tokens. */
  public Pixels decode(Scope s, FeaturePyramid features) {
    int top = features.levels().size() - 1;
    List<Tensor> inputs = new ArrayList<>();
    for (int i = 0; i < top; i++) {
      inputs.add(
          ConvModule.groupNorm(
              s.at("input_convs").at(i),
              features.map(top - i),
              Conv2d.of(channels, 1).init(XAVIER),
              groups));
    }
    TokenPyramid tokens = TokenPyramid.ofMaps(inputs);
    Tensor position = position(s, tokens.grids());
    for (int i = 0; i < layers; i++) {
      TokenPyramid x = tokens;
      tokens = x.with(s.at("encoder.layers").in(i, layer -> encode(layer, x, position)));
    }
    List<Tensor> memories = tokens.maps();

    Tensor finest = features.map(0);
    Tensor lateral =
        ConvModule.groupNorm(s.at("lateral_convs.0"), finest, fanIn(finest, 1), groups);
    Tensor mixed = memories.get(top - 1);
    Tensor sum = lateral.plus(Resampling.bilinear(mixed, finest.dim(2), finest.dim(3)));
    Tensor smooth = ConvModule.groupNorm(s.at("output_convs.0"), sum, fanIn(sum, 3), groups).relu();
    Init init = new Init.Uniform((float) Math.sqrt(3.0 / channels));
    Tensor maskFeatures = Conv2d.of(channels, 1).init(init).apply(s.at("mask_feature"), smooth);
    return new Pixels(maskFeatures, memories);
  }

  /** A convolution without bias, initialised as mmcv's {@code caffe2_xavier_init}. */
  private Conv2d fanIn(Tensor x, int kernel) {
    double bound = Math.sqrt(3.0 / (x.dim(1) * kernel * kernel));
    return Conv2d.of(channels, kernel).withoutBias().init(new Init.Uniform((float) bound));
  }

  /** Where tokens stand, and on which level: [1, tokens, channels]. */
  private Tensor position(Scope s, List<Grid> grids) {
    Tensor levels = s.weight("level_encoding.weight", new Init.Normal(1), grids.size(), channels);
    List<Tensor> parts = new ArrayList<>();
    for (int i = 0; i < grids.size(); i++) {
      Grid grid = grids.get(i);
      parts.add(
          s.constant(SinePosition.tokens(grid.height(), grid.width(), channels))
              .plus(levels.slice(0, i, i + 1)));
    }
    return Tensor.concat(1, parts);
  }

  private Tensor encode(Scope s, TokenPyramid x, Tensor position) {
    Tensor moved =
        new MultiScaleDeformableAttention(heads, points, channels)
            .apply(s.at("attentions.0"), x.with(x.tokens().plus(position)), x);
    Tensor y = norm(s.at("norms.0"), x.tokens().plus(moved));
    return norm(s.at("norms.1"), feedForward(s.at("ffns.0"), y, hidden));
  }
}
