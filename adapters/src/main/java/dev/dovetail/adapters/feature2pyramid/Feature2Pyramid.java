package dev.dovetail.adapters.feature2pyramid;

import dev.dovetail.adapters.Neck;
import dev.dovetail.graph.Convolution;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.network.FeaturePyramid.Level;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.Norms;
import java.util.ArrayList;
import java.util.List;

/**
 * The pyramid of BEiT's segmenter (Bao et al. 2022; mmsegmentation's {@code Feature2Pyramid}): the
 * maps of a plain backbone, which have the same stride, are enlarged by transposed convolutions or
 * pooled, each to a different scale. Parameters have the names of BEiT's authors, {@code fpn1} and
 * {@code fpn2}.
 *
 * @param scales scale of each result relative to its map, a descending selection of 4, 2, 1 and 0.5
 */
public record Feature2Pyramid(List<Double> scales) implements Neck {

  private static final List<Double> KNOWN = List.of(4.0, 2.0, 1.0, 0.5);

  /**
   * @throws IllegalArgumentException if a scale is not supported or the order is not descending
   */
  public Feature2Pyramid {
    scales = List.copyOf(scales);
    if (scales.isEmpty() || !KNOWN.stream().filter(scales::contains).toList().equals(scales)) {
      throw new IllegalArgumentException(
          "Feature2Pyramid: scales must be a descending selection of "
              + KNOWN
              + ", but is "
              + scales);
    }
  }

  /**
   * Returns the neck with four levels, as published.
   *
   * @return the neck
   */
  public static Feature2Pyramid defaults() {
    return new Feature2Pyramid(KNOWN);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the number of maps is not that of the scales, or the maps
   *     have different strides
   */
  @Override
  public FeaturePyramid apply(Scope s, FeaturePyramid features) {
    List<Integer> strides = features.levels().stream().map(Level::stride).distinct().toList();
    if (strides.size() > 1 || features.levels().size() != scales.size()) {
      throw new IllegalArgumentException(
          "Feature2Pyramid needs "
              + scales.size()
              + " maps of the same stride, but these have strides "
              + features.levels().stream().map(Level::stride).toList()
              + "; the adapter 'taps' produces such maps from a plain backbone");
    }
    List<Level> levels = new ArrayList<>();
    for (int i = 0; i < scales.size(); i++) {
      double scale = scales.get(i);
      levels.add(Level.of(resampled(s, features.map(i), scale), strides.get(0) / scale));
    }
    return new FeaturePyramid(levels);
  }

  private static Tensor resampled(Scope s, Tensor map, double scale) {
    int width = map.dim(1);
    if (scale == 4) {
      Scope layers = s.at("fpn1");
      Tensor half = Conv2d.upsample(layers.at(0), map, width, 2);
      Tensor active = Norms.batchNorm(layers.at(1), half).gelu();
      return Conv2d.upsample(layers.at(3), active, width, 2);
    }
    if (scale == 2) {
      return Conv2d.upsample(s.at("fpn2").at(0), map, width, 2);
    }
    return scale == 1 ? map : map.apply(new Convolution.MaxPool(2, 2, 0));
  }
}
