package dev.dovetail.adapters.hybridencoder;

import dev.dovetail.adapters.Neck;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.nn.Activation;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.Norms;
import dev.dovetail.graph.nn.Resampling;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The hybrid encoder of RT-DETR (Zhao et al. 2024, section 4.2): attention within the coarsest map,
 * followed by convolutions that fuse adjacent maps from coarse to fine and back. Parameters have
 * the names of transformers: {@code encoder_input_proj} and {@code encoder}.
 *
 * @param levels number of maps that are used, the coarsest ones
 * @param channels channels of its maps, a multiple of 4 and of the heads
 * @param projection the projection of the maps to that width
 * @param attention the attention within maps
 * @param fusion the fusion of adjacent maps
 */
public record HybridEncoder(
    int levels, int channels, Projection projection, IntraScale attention, Fusion fusion)
    implements Neck {

  /**
   * A 1x1 convolution and a batch norm for each map.
   *
   * @param used whether maps are projected; otherwise they must already have the right number of
   *     channels
   * @param epsilon epsilon of the norms
   */
  public record Projection(boolean used, double epsilon) {}

  /**
   * @throws IllegalArgumentException if a value is out of range
   */
  public HybridEncoder {
    int heads = attention.layer().heads();
    if (levels < 1 || channels < 4 || channels % 4 != 0 || channels % heads != 0) {
      throw new IllegalArgumentException(
          "HybridEncoder: levels must be positive, and channels a multiple of 4 and of heads ("
              + heads
              + "), but they are "
              + levels
              + " and "
              + channels);
    }
    if (attention.levels().stream().anyMatch(l -> l >= levels)) {
      throw new IllegalArgumentException(
          "HybridEncoder: attention has the levels "
              + attention.levels()
              + ", but there are "
              + levels);
    }
  }

  /** {@return the encoder of RT-DETR-R50} */
  public static HybridEncoder defaults() {
    return new HybridEncoder(
        3,
        256,
        new Projection(true, 1e-5),
        new IntraScale(
            List.of(2),
            1,
            true,
            10000,
            new IntraScale.Layer(8, 1024, Activation.GELU, false, 1e-5)),
        new Fusion(Block.CSP_REP, Fusion.Join.CONCATENATE, 1, 3, Activation.SILU, 1e-5));
  }

  /**
   * {@return a copy with another projection}
   *
   * @param other the projection of the maps
   */
  public HybridEncoder withProjection(Projection other) {
    return new HybridEncoder(levels, channels, other, attention, fusion);
  }

  @Override
  public FeaturePyramid apply(Scope s, FeaturePyramid features) {
    FeaturePyramid taken = features.coarsest(levels);
    List<Tensor> projected = new ArrayList<>();
    for (int i = 0; i < levels; i++) {
      projected.add(projected(s.at("encoder_input_proj").at(i), taken.map(i)));
    }
    Scope encoder = s.at("encoder");
    List<Tensor> fused = encoder.run(() -> fused(encoder, attended(encoder, projected)));
    List<FeaturePyramid.Level> levels = new ArrayList<>();
    for (int i = 0; i < fused.size(); i++) {
      levels.add(new FeaturePyramid.Level(fused.get(i), taken.levels().get(i).stride()));
    }
    return new FeaturePyramid(levels);
  }

  private Tensor projected(Scope s, Tensor map) {
    if (!projection.used()) {
      if (map.dim(1) != channels) {
        throw new IllegalArgumentException(
            "HybridEncoder: a map has "
                + map.dim(1)
                + " channels; without a projection it must have "
                + channels);
      }
      return map;
    }
    Tensor y = Conv2d.of(channels, 1).withoutBias().apply(s.at(0), map);
    return Norms.batchNorm(s.at(1), y, projection.epsilon());
  }

  private List<Tensor> attended(Scope s, List<Tensor> maps) {
    List<Tensor> out = new ArrayList<>(maps);
    for (int i = 0; i < attention.levels().size(); i++) {
      int level = attention.levels().get(i);
      out.set(level, attention.apply(s.at("encoder").at(i), maps.get(level)));
    }
    return out;
  }

  /** Fuses maps from coarse to fine and back. */
  private List<Tensor> fused(Scope s, List<Tensor> maps) {
    List<Tensor> down = new ArrayList<>();
    Tensor coarse = maps.get(levels - 1);
    for (int i = 0; i < levels - 1; i++) {
      Tensor fine = maps.get(levels - 2 - i);
      Tensor lateral = fusion.lateral(s.at("lateral_convs").at(i), coarse);
      down.add(lateral);
      Tensor enlarged = Resampling.nearest(lateral, fine.dim(2), fine.dim(3));
      coarse = fusion.fuse(s.at("fpn_blocks").at(i), enlarged, fine);
    }
    down.add(coarse);
    Collections.reverse(down);
    List<Tensor> up = new ArrayList<>(List.of(down.get(0)));
    for (int i = 0; i < levels - 1; i++) {
      Tensor reduced = fusion.downsample(s.at("downsample_convs").at(i), up.get(i));
      up.add(fusion.fuse(s.at("pan_blocks").at(i), reduced, down.get(i + 1)));
    }
    return up;
  }
}
