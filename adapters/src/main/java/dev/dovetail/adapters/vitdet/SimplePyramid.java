package dev.dovetail.adapters.vitdet;

import dev.dovetail.adapters.Adapter;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.Stage;
import dev.dovetail.graph.Convolution;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.MapNorm;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The simple feature pyramid of ViTDet (Li et al. 2022, section 3; detectron2's {@code
 * SimpleFeaturePyramid}): all levels are computed from a single map of stride 16, the last one of a
 * plain backbone or the corresponding stage of a hierarchical one. The backbone's parameters are
 * below {@code net}, as in detectron2.
 *
 * @param channels channels of the results
 * @param scales ratio of the resolution of each level to that of the map, halving from at most 4 to
 *     at least 0.5
 * @param norm norm after each convolution
 * @param topLevel whether every other cell of the level of scale 0.5 forms an additional level
 */
public record SimplePyramid(int channels, List<Double> scales, MapNorm norm, boolean topLevel)
    implements Adapter {

  private static final int STRIDE = 16;
  private static final List<Double> KNOWN = List.of(4.0, 2.0, 1.0, 0.5);

  /**
   * @throws IllegalArgumentException if a value is out of range or incompatible with another one
   */
  public SimplePyramid {
    scales = List.copyOf(scales);
    if (channels < 1) {
      throw new IllegalArgumentException("SimplePyramid: channels must be positive");
    }
    int first = scales.isEmpty() ? -1 : KNOWN.indexOf(scales.get(0));
    int end = first + scales.size();
    if (first < 0 || end > KNOWN.size() || !KNOWN.subList(first, end).equals(scales)) {
      throw new IllegalArgumentException(
          "SimplePyramid: scales " + scales + " must be successive elements of " + KNOWN);
    }
    if (topLevel && !scales.contains(0.5)) {
      throw new IllegalArgumentException(
          "SimplePyramid: topLevel needs the level of scale 0.5, but scales are " + scales);
    }
    if (norm == MapNorm.NONE && first == 0) {
      throw new IllegalArgumentException(
          "SimplePyramid: scale 4 has a norm between its two convolutions, so norm cannot be none");
    }
  }

  /**
   * Returns the published pyramid: 256 channels, strides 4 to 64, layer norm.
   *
   * @return the pyramid of ViTDet
   */
  public static SimplePyramid defaults() {
    return new SimplePyramid(256, KNOWN, MapNorm.LN, true);
  }

  /**
   * {@inheritDoc} It is computed from the backbone's map of stride 16.
   *
   * @throws IllegalArgumentException if the backbone has no such map
   */
  @Override
  public FeaturePyramid apply(Scope s, Backbone backbone, Tensor image) {
    return levels(s, map(s.at("net"), backbone, image), STRIDE);
  }

  private static Tensor map(Scope net, Backbone backbone, Tensor image) {
    List<Stage> stages = backbone.stages();
    int used =
        IntStream.range(0, stages.size())
            .filter(i -> stages.get(i).stride() == STRIDE)
            .reduce((a, b) -> b)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "the simple pyramid needs a backbone with a stage of stride "
                            + STRIDE
                            + ", but this one has strides "
                            + backbone.strides()));
    return net.run(
        () -> {
          Features x = backbone.stem(net, image);
          Optional<Tensor> map = Optional.empty();
          // Later stages have no effect but are part of the model and its checkpoint.
          for (int i = 0; i < stages.size(); i++) {
            x = backbone.blocks(net, x, i, 0, stages.get(i).blocks());
            map = i == used ? Optional.of(backbone.output(net, x, i)) : map;
          }
          return map.orElseThrow();
        });
  }

  /**
   * Computes the pyramid of a map.
   *
   * @param s the scope of its parameters
   * @param map [batch, width, height, width]
   * @param stride stride of the map, a power of two
   * @return maps whose strides are {@code stride} divided by each scale
   */
  public FeaturePyramid levels(Scope s, Tensor map, int stride) {
    List<Tensor> maps = new ArrayList<>();
    for (double scale : scales) {
      // The checkpoints name a level by the base-2 logarithm of its stride.
      int k = Integer.numberOfTrailingZeros((int) (stride / scale));
      maps.add(level(s.at("simfp_" + k), map, scale));
    }
    if (topLevel) {
      maps.add(maps.get(maps.size() - 1).apply(new Convolution.MaxPool(1, 2, 0)));
    }
    return FeaturePyramid.from((int) (stride / scales.get(0)), maps);
  }

  private Tensor level(Scope s, Tensor map, double scale) {
    return s.run(() -> layers(s, map, scale));
  }

  /** Scope numbers are the indices of the layers in the reference's {@code Sequential}. */
  private Tensor layers(Scope s, Tensor map, double scale) {
    int width = map.dim(1);
    if (scale == 4) {
      Tensor half = norm.apply(s.at(1), Conv2d.upsample(s.at(0), map, width / 2, 2));
      Tensor active = s.tap("2", half.gelu());
      return project(s, 4, Conv2d.upsample(s.at(3), active, width / 4, 2));
    }
    if (scale == 2) {
      return project(s, 1, Conv2d.upsample(s.at(0), map, width / 2, 2));
    }
    if (scale == 1) {
      return project(s, 0, map);
    }
    return project(s, 1, s.tap("0", map.apply(new Convolution.MaxPool(2, 2, 0))));
  }

  private Tensor project(Scope s, int index, Tensor map) {
    return convolution(s.at(index + 1), convolution(s.at(index), map, 1), 3);
  }

  private Tensor convolution(Scope s, Tensor map, int kernel) {
    Conv2d layer = Conv2d.of(channels, kernel);
    Conv2d conv = norm == MapNorm.NONE ? layer : layer.withoutBias();
    return s.run(() -> norm.apply(s.at("norm"), conv.apply(s, map)));
  }
}
