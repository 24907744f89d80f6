package dev.dovetail.adapters.projector;

import static dev.dovetail.graph.nn.Norms.channelLayerNorm;

import dev.dovetail.adapters.Neck;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.network.FeaturePyramid.Level;
import dev.dovetail.graph.nn.Activation;
import dev.dovetail.graph.nn.Conv2d;
import java.util.ArrayList;
import java.util.List;

/**
 * The projector of LW-DETR (Chen et al. 2024, section 3.1) and RF-DETR: for each scale, the maps of
 * a plain backbone, which have the same stride, are resampled, concatenated and processed by a C2f
 * block (of YOLOv8).
 *
 * @param channels channels of the results
 * @param scales scale of each result relative to the maps: 2, 1 or 0.5
 * @param blocks number of inner blocks of each C2f block
 * @param expansion ratio of the width of the inner blocks to {@code channels}
 * @param norm norm after convolutions: {@code bn} in LW-DETR, {@code ln} in RF-DETR
 * @param epsilon epsilon of these norms
 * @param activation activation after these norms
 */
public record MultiScaleProjector(
    int channels,
    List<Double> scales,
    int blocks,
    double expansion,
    Norm norm,
    double epsilon,
    Activation activation)
    implements Neck {

  /** The norm after a convolution. */
  public enum Norm {
    /** Batch norm with running statistics. */
    BN,
    /** Layer norm over the channels of each pixel. */
    LN
  }

  private static final double LAST_EPSILON = 1e-6;

  /** The channels of wider maps are halved before they are enlarged. */
  private static final int WIDE = 512;

  /**
   * @throws IllegalArgumentException if a value is out of range
   */
  public MultiScaleProjector {
    scales = List.copyOf(scales);
    if (channels < 1 || blocks < 0 || (int) (channels * expansion) < 1) {
      throw new IllegalArgumentException(
          "MultiScaleProjector: channels and channels * expansion must be positive, blocks 0 or"
              + " more");
    }
    if (scales.isEmpty() || !List.of(2.0, 1.0, 0.5).containsAll(scales)) {
      throw new IllegalArgumentException(
          "MultiScaleProjector: scales must be 2, 1 or 0.5, but are " + scales);
    }
  }

  /**
   * Returns the projector as published with RF-DETR.
   *
   * @return the projector
   */
  public static MultiScaleProjector defaults() {
    return new MultiScaleProjector(256, List.of(1.0), 3, 0.5, Norm.LN, 1e-5, Activation.SILU);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the maps have different strides or widths
   */
  @Override
  public FeaturePyramid apply(Scope s, FeaturePyramid features) {
    List<Integer> strides = features.levels().stream().map(Level::stride).distinct().toList();
    List<Integer> widths = features.maps().stream().map(m -> m.dim(1)).distinct().toList();
    if (strides.size() > 1 || widths.size() > 1) {
      throw new IllegalArgumentException(
          "a multi-scale projector needs maps of the same stride and width, but these have strides "
              + strides
              + " and "
              + widths
              + " channels; the adapter 'taps' produces such maps from a plain backbone");
    }
    List<Level> levels = new ArrayList<>();
    for (int i = 0; i < scales.size(); i++) {
      Scope layer = s.at("scale_layers").at(i);
      double scale = scales.get(i);
      Tensor map = layer.run(() -> project(layer, features.maps(), scale));
      levels.add(new Level(map, (int) (strides.get(0) / scale)));
    }
    return new FeaturePyramid(levels);
  }

  private Tensor project(Scope s, List<Tensor> maps, double scale) {
    List<Tensor> sampled = new ArrayList<>();
    for (int i = 0; i < maps.size(); i++) {
      Tensor map = maps.get(i);
      sampled.add(s.at("sampling_layers").at(i).in("layers", l -> resample(l, map, scale)));
    }
    Tensor mixed = s.in("projector_layer", p -> c2f(p, Tensor.concat(1, sampled)));
    return channelLayerNorm(s.at("layer_norm"), mixed, LAST_EPSILON);
  }

  private Tensor resample(Scope s, Tensor map, double scale) {
    int width = map.dim(1);
    ConvNorm relu = convolution().with(Activation.RELU);
    if (scale == 0.5) {
      return relu.apply(s.at(0), map, Conv2d.of(width, 3).stride(2));
    }
    if (scale == 1) {
      return map;
    }
    if (width <= WIDE) {
      return Conv2d.upsample(s.at(0), map, width / 2, 2);
    }
    Tensor narrow = relu.apply(s.at(0), map, Conv2d.of(width / 2, 1));
    return Conv2d.upsample(s.at(1), narrow, width / 4, 2);
  }

  private ConvNorm convolution() {
    return new ConvNorm(norm, epsilon, activation);
  }

  private Tensor c2f(Scope s, Tensor map) {
    int hidden = (int) (channels * expansion);
    ConvNorm conv = convolution();
    Tensor both = conv.apply(s.at("conv1"), map, Conv2d.of(2 * hidden, 1));
    List<Tensor> parts = new ArrayList<>(both.split(1, hidden, hidden));
    for (int i = 0; i < blocks; i++) {
      Tensor last = parts.get(parts.size() - 1);
      parts.add(
          s.at("bottlenecks")
              .in(
                  i,
                  b -> {
                    Tensor y = conv.apply(b.at("conv1"), last, Conv2d.of(hidden, 3));
                    return conv.apply(b.at("conv2"), y, Conv2d.of(hidden, 3));
                  }));
    }
    return conv.apply(s.at("conv2"), Tensor.concat(1, parts), Conv2d.of(channels, 1));
  }
}
