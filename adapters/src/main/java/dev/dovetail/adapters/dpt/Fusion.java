package dev.dovetail.adapters.dpt;

import static dev.dovetail.graph.nn.Resampling.bilinear;
import static dev.dovetail.graph.nn.Resampling.bilinearAlignedCorners;

import dev.dovetail.adapters.Neck;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.network.FeaturePyramid.Level;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.Norms;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fusion layers of DPT (Ranftl et al. 2021, section 3), which follow RefineNet (Lin et al.
 * 2017). All maps are projected to a common width. Beginning with the coarsest, each map is added
 * to the previous result, and the sum is enlarged twofold. The results have twice the resolution of
 * the maps. Parameters have transformers' names.
 *
 * @param channels channels of the results
 * @param batchNorm whether a batch norm follows each convolution of the residual units
 * @param bias whether these convolutions have a bias
 */
public record Fusion(int channels, boolean batchNorm, boolean bias) implements Neck {

  /**
   * @throws IllegalArgumentException if there are no channels
   */
  public Fusion {
    if (channels < 1) {
      throw new IllegalArgumentException("Fusion: channels must be positive");
    }
  }

  /**
   * Returns the neck as published for depth estimation. The segmentation models have a batch norm
   * instead of the bias.
   *
   * @return the neck
   */
  public static Fusion defaults() {
    return new Fusion(256, false, true);
  }

  @Override
  public FeaturePyramid apply(Scope s, FeaturePyramid features) {
    List<Level> levels = features.levels();
    Deque<Level> fused = new ArrayDeque<>();
    for (int i = levels.size() - 1; i >= 0; i--) {
      Level level = levels.get(i);
      Tensor map = Conv2d.of(channels, 3).withoutBias().apply(s.at("convs").at(i), level.map());
      Scope layer = s.at("fusion_stage.layers").at(levels.size() - 1 - i);
      Tensor sum = layer.run(() -> fused(layer, map, fused.peek()));
      fused.push(Level.of(sum, level.hasStride() ? level.stride() / 2.0 : 0));
    }
    return new FeaturePyramid(List.copyOf(fused));
  }

  /** Applies a fusion layer. The first one, for the coarsest map, has no previous result. */
  private Tensor fused(Scope s, Tensor map, @Nullable Level before) {
    Scope unit = s.at("residual_layer1");
    Tensor sum = map;
    if (before == null) {
      unread(unit);
    } else {
      Tensor coarser = before.map();
      Tensor fitted = bilinear(map, coarser.dim(2), coarser.dim(3));
      sum = coarser.plus(residual(unit, fitted));
    }
    Tensor mixed = residual(s.at("residual_layer2"), sum);
    Tensor large = bilinearAlignedCorners(mixed, 2 * mixed.dim(2), 2 * mixed.dim(3));
    return Conv2d.of(channels, 1).apply(s.at("projection"), large);
  }

  /** Declares the unit, which is unused but part of the checkpoint. */
  private void unread(Scope s) {
    String reason = "the coarsest map has no previous result";
    s.ignoreKeys("*", reason);
    for (int i = 1; i <= 2; i++) {
      s.unread("convolution" + i + ".weight", reason, channels, channels, 3, 3);
      if (bias) {
        s.unread("convolution" + i + ".bias", reason, channels);
      }
      if (batchNorm) {
        s.unread("batch_norm" + i + ".weight", reason, channels);
        s.unread("batch_norm" + i + ".bias", reason, channels);
      }
    }
  }

  private Tensor residual(Scope s, Tensor map) {
    return s.run(() -> map.plus(convolution(s, 2, convolution(s, 1, map))));
  }

  private Tensor convolution(Scope s, int index, Tensor map) {
    Conv2d kernel = Conv2d.of(channels, 3);
    Tensor y =
        (bias ? kernel : kernel.withoutBias()).apply(s.at("convolution" + index), map.relu());
    return batchNorm ? Norms.batchNorm(s.at("batch_norm" + index), y) : y;
  }
}
