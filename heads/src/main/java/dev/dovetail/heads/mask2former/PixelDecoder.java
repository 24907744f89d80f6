package dev.dovetail.heads.mask2former;

import static dev.dovetail.heads.mask2former.Transformer.feedForward;
import static dev.dovetail.heads.mask2former.Transformer.norm;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.nn.Activation;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.ConvModule;
import dev.dovetail.graph.nn.Extent;
import dev.dovetail.graph.nn.MultiScaleDeformableAttention;
import dev.dovetail.graph.nn.Resampling;
import dev.dovetail.graph.nn.SinePosition;
import dev.dovetail.graph.nn.TokenPyramid;
import dev.dovetail.heads.Require;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The pixel decoder of Mask2Former (Cheng et al. 2022, section 3.2.1; mmdet's {@code
 * MSDeformAttnPixelDecoder}): an encoder with deformable attention over all maps of a pyramid
 * except the finest, and mask features at a finer resolution.
 *
 * @param channels channels of all maps
 * @param encoder the layers of the encoder; in a config, their keys are at the same level as the
 *     others
 * @param groups groups of the norms
 * @param laterals number of the finest maps that are added in the top-down path to the mask
 *     features, which have the resolution of the last of them
 * @param maskChannels channels of the mask features; 0 for {@code channels}
 */
public record PixelDecoder(
    int channels, @JsonUnwrapped Encoder encoder, int groups, int laterals, int maskChannels) {

  private static final Init XAVIER = new Init.XavierUniform();

  public PixelDecoder {
    Require.positive("channels", channels);
    Require.positive("groups", groups);
    Require.multiple("channels", channels, groups, "groups");
    Require.multiple("channels", channels, encoder.heads(), "heads");
    Require.multiple("channels", channels, 4, "sines and cosines of rows and columns");
    Require.atLeast("laterals", laterals, 0);
    Require.atLeast("maskChannels", maskChannels, 0);
  }

  /** Returns the decoder as published for COCO-Stuff-164k. */
  public static PixelDecoder defaults() {
    return new PixelDecoder(1024, new Encoder(32, 4, 6, 4096), 32, 1, 0);
  }

  /**
   * The layers of the encoder.
   *
   * @param heads heads of the attention
   * @param points number of sampling points for each head and level
   * @param layers number of layers
   * @param hidden width of their feed-forward networks
   */
  public record Encoder(int heads, int points, int layers, int hidden) {

    public Encoder {
      Require.positive("heads", heads);
      Require.positive("points", points);
      Require.positive("layers", layers);
      Require.positive("hidden", hidden);
    }

    /** Applies a layer, which keeps the shape of the tokens. */
    private Tensor layer(Scope s, TokenPyramid x, Tensor position) {
      TokenPyramid query = x.with(x.tokens().plus(position));
      Tensor moved =
          new MultiScaleDeformableAttention(heads, points, x.tokens().dim(2))
              .apply(s.at("attentions.0"), query, x);
      Tensor y = norm(s.at("norms.0"), x.tokens().plus(moved));
      return norm(s.at("norms.1"), feedForward(s.at("ffns.0"), y, y, hidden, Activation.RELU));
    }
  }

  /**
   * The output of the pixel decoder.
   *
   * @param maskFeatures [batch, mask channels, height / 4, width / 4] with one lateral or more
   * @param memories maps [batch, channels, h, w] of the encoder, coarsest first
   */
  public record Pixels(Tensor maskFeatures, List<Tensor> memories) {}

  /**
   * Runs the pixel decoder. Taps are {@code mask_feature} and, as tokens, {@code encoder.layers.0},
   * ….
   *
   * @throws IllegalArgumentException if the pyramid has fewer than two maps or fewer than {@code
   *     laterals}
   */
  public Pixels decode(Scope s, FeaturePyramid features) {
    features.coarsest(Math.max(2, laterals)); // rejects unsupported sizes
    return s.run(
        () -> {
          List<Tensor> memories = encode(s, features).maps();
          Tensor finest = memories.get(memories.size() - 1);
          return new Pixels(maskFeatures(s, features, finest), memories);
        });
  }

  /** Returns the maps of the encoder, coarsest first. */
  private TokenPyramid encode(Scope s, FeaturePyramid features) {
    int top = features.levels().size() - 1;
    Conv2d conv = Conv2d.of(channels, 1).init(XAVIER);
    List<Tensor> maps =
        IntStream.range(0, top)
            .mapToObj(
                i ->
                    ConvModule.groupNorm(
                        s.at("input_convs").at(i), features.map(top - i), conv, groups))
            .toList();
    TokenPyramid in = TokenPyramid.ofMaps(maps);
    Tensor position = position(s, in.grids());
    Scope layers = s.at("encoder.layers");
    return in.with(
        layers.fold(
            0, encoder.layers(), in.tokens(), (l, x, i) -> encoder.layer(l, in.with(x), position)));
  }

  /** Applies the top-down path from the finest encoder map to the finest lateral map. */
  private Tensor maskFeatures(Scope s, FeaturePyramid features, Tensor mixed) {
    Tensor y = mixed;
    for (int i = laterals - 1; i >= 0; i--) {
      Tensor map = features.map(i);
      Tensor lateral =
          ConvModule.groupNorm(s.at("lateral_convs").at(i), map, fanIn(map, 1), groups);
      Tensor sum = lateral.plus(Resampling.bilinear(y, map.dim(2), map.dim(3)));
      y = ConvModule.groupNorm(s.at("output_convs").at(i), sum, fanIn(sum, 3), groups).relu();
    }
    Init init = new Init.Uniform((float) Math.sqrt(3.0 / channels));
    int out = maskChannels == 0 ? channels : maskChannels;
    return Conv2d.of(out, 1).init(init).apply(s.at("mask_feature"), y);
  }

  /** A convolution without bias, initialized like mmcv's {@code caffe2_xavier_init}. */
  private Conv2d fanIn(Tensor x, int kernel) {
    double bound = Math.sqrt(3.0 / (x.dim(1) * kernel * kernel));
    return Conv2d.of(channels, kernel).withoutBias().init(new Init.Uniform((float) bound));
  }

  /** Returns the embedding of the position and level of each token: [1, tokens, channels]. */
  private Tensor position(Scope s, List<Extent> grids) {
    Tensor levels = s.weight("level_encoding.weight", new Init.Normal(1), grids.size(), channels);
    List<Tensor> parts = new ArrayList<>();
    for (int i = 0; i < grids.size(); i++) {
      Extent grid = grids.get(i);
      parts.add(
          s.constant(new SinePosition(channels).tokens(grid.height(), grid.width()))
              .plus(levels.slice(0, i, i + 1)));
    }
    return Tensor.concat(1, parts);
  }
}
