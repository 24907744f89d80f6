package dev.dovetail.adapters.hybridencoder;

import dev.dovetail.adapters.Neck;
import dev.dovetail.graph.Convolution;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.network.FeaturePyramid.Level;
import dev.dovetail.graph.nn.Activation;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.Resampling;
import java.util.ArrayList;
import java.util.List;

/**
 * The light encoder of DEIMv2's smallest models (Huang et al. 2025): a second map of half the
 * resolution is computed from the last one, and the mean of its cells is added to each of them.
 * Then both maps are fused in both directions. Parameters have the names of transformers, below
 * {@code encoder}.
 *
 * @param levels number of maps that are used, the coarsest ones; a map of half the resolution of
 *     the last is appended, and the two finest are fused
 * @param channels channels of its maps
 * @param fusion the fusion of both maps
 */
public record LiteEncoder(int levels, int channels, Fusion fusion) implements Neck {

  /**
   * @throws IllegalArgumentException if a value is not positive
   */
  public LiteEncoder {
    if (levels < 1 || channels < 1) {
      throw new IllegalArgumentException(
          "LiteEncoder: levels (" + levels + ") and channels (" + channels + ") must be positive");
    }
  }

  /** {@return the encoder of DEIMv2-Atto} */
  public static LiteEncoder defaults() {
    return new LiteEncoder(
        1, 64, new Fusion(Block.ELAN5_CONV, Fusion.Join.SUM, 0.34, 2, Activation.SILU, 1e-5));
  }

  @Override
  public FeaturePyramid apply(Scope s, FeaturePyramid features) {
    FeaturePyramid taken = features.coarsest(levels);
    int stride = taken.levels().get(0).stride();
    Scope encoder = s.at("encoder");
    List<Tensor> fused = encoder.run(() -> fused(encoder, projected(encoder, taken.maps())));
    return new FeaturePyramid(
        List.of(new Level(fused.get(0), stride), new Level(fused.get(1), 2 * stride)));
  }

  private List<Tensor> projected(Scope s, List<Tensor> maps) {
    ConvNorm norm = new ConvNorm(fusion.epsilon());
    List<Tensor> out = new ArrayList<>();
    for (int i = 0; i < levels; i++) {
      out.add(norm.apply(s.at("input_proj").at(i), maps.get(i), Conv2d.of(channels, 1)));
    }
    Tensor coarser = halved(s.at("down_conv1"), out.get(levels - 1));
    Tensor mean = coarser.mean(3, true).mean(2, true);
    out.add(activated(s.at("bi_fusion_conv"), coarser.plus(mean)));
    return out;
  }

  private List<Tensor> fused(Scope s, List<Tensor> maps) {
    Tensor fine = maps.get(0);
    Tensor coarse = maps.get(1);
    Tensor enlarged = Resampling.nearest(coarse, fine.dim(2), fine.dim(3));
    Tensor first = fusion.fuse(s.at("fpn_block"), enlarged, fine);
    Tensor reduced = halved(s.at("down_conv2"), first);
    return List.of(first, fusion.fuse(s.at("pan_block"), reduced, coarse));
  }

  /** Average-pools 3x3 cells with stride 2 and zero padding, then applies a 1x1 convolution. */
  private Tensor halved(Scope s, Tensor x) {
    Tensor padded = x.pad(2, 1, 1, 0).pad(3, 1, 1, 0);
    return activated(s, padded.apply(new Convolution.AveragePool(3, 2)));
  }

  private Tensor activated(Scope s, Tensor x) {
    Tensor y = new ConvNorm(fusion.epsilon()).apply(s, x, Conv2d.of(channels, 1));
    return fusion.activation().apply(y);
  }
}
