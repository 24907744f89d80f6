package dev.dovetail.adapters.deimv2;

import static dev.dovetail.graph.nn.Norms.batchNorm;

import dev.dovetail.adapters.Adapter;
import dev.dovetail.adapters.plain.Taps;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.graph.Convolution;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.Resampling;
import java.util.ArrayList;
import java.util.List;

/**
 * The spatial tuning adapter of DEIMv2 (Huang et al. 2025, section 3.1): a plain backbone is tapped
 * three times. The maps are resized to strides 8, 16 and 32, concatenated with those of a light
 * convolutional branch, and projected to a common width.
 *
 * @param after number of blocks before each of the three taps, ascending; a single number applies
 *     to all three
 * @param planes channels of the branch's stem; its maps have two and four times as many
 * @param channels channels of the results
 * @param epsilon epsilon of the batch norms
 */
public record SpatialTuning(List<Integer> after, int planes, int channels, double epsilon)
    implements Adapter {

  private static final int LEVELS = 3;
  private static final int FINEST = 8;

  /**
   * @throws IllegalArgumentException if a value is out of range
   */
  public SpatialTuning {
    after = new Taps(after).after();
    if (after.size() != 1 && after.size() != LEVELS) {
      throw new IllegalArgumentException(
          "SpatialTuning: after must be three numbers of blocks or one, but is " + after);
    }
    if (planes < 1 || channels < 1) {
      throw new IllegalArgumentException("SpatialTuning: planes and channels must be positive");
    }
  }

  /**
   * Returns the adapter of DEIMv2-S.
   *
   * @return the adapter
   */
  public static SpatialTuning defaults() {
    return new SpatialTuning(List.of(4, 8, 12), 16, 192, 1e-5);
  }

  /**
   * {@inheritDoc} The strides are 8, 16 and 32.
   *
   * @throws IllegalArgumentException if the backbone has several stages or too few blocks
   */
  @Override
  public FeaturePyramid apply(Scope s, Backbone backbone, Tensor image) {
    List<Tensor> semantic = new Taps(after).maps(s, backbone, image);
    List<Tensor> details = s.in("spatial_tuning_adapter", branch -> details(branch, image));
    List<Tensor> fused = new ArrayList<>();
    for (int i = 0; i < LEVELS; i++) {
      Tensor detail = details.get(i);
      Tensor map = semantic.get(Math.min(i, semantic.size() - 1));
      Tensor both =
          Tensor.concat(1, Resampling.bilinear(map, detail.dim(2), detail.dim(3)), detail);
      fused.add(convNorm(s.at("fusion_proj").at(i), both, Conv2d.of(channels, 1)));
    }
    return FeaturePyramid.from(FINEST, fused);
  }

  /** Computes the maps of the branch at strides 8, 16 and 32. */
  private List<Tensor> details(Scope s, Tensor image) {
    Tensor stem = convNorm(s.at("stem_conv"), image, halving(planes)).gelu();
    Tensor quarter = stem.apply(new Convolution.MaxPool(3, 2, 1));
    Tensor c2 = convNorm(s.at("conv2"), quarter, halving(2 * planes));
    Tensor c3 = convNorm(s.at("conv3"), c2.gelu(), halving(4 * planes));
    Tensor c4 = convNorm(s.at("conv4"), c3.gelu(), halving(4 * planes));
    return List.of(c2, c3, c4);
  }

  private static Conv2d halving(int out) {
    return Conv2d.of(out, 3).stride(2);
  }

  private Tensor convNorm(Scope s, Tensor x, Conv2d conv) {
    return s.run(() -> batchNorm(s.at("norm"), conv.withoutBias().apply(s.at("conv"), x), epsilon));
  }
}
