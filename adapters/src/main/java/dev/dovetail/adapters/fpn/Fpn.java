package dev.dovetail.adapters.fpn;

import dev.dovetail.adapters.Neck;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.Resampling;
import java.util.ArrayList;
import java.util.List;

/**
 * The feature pyramid network (Lin et al. 2017) as mmdetection has it: lateral 1x1 convolutions, a
 * top-down path with nearest upsampling, 3x3 convolutions; further levels are every other cell of
 * the level before.
 *
 * @param channels channels of the results
 * @param levels number of results, at least as many as the input has
 */
public record Fpn(int channels, int levels) implements Neck {

  private static final Init XAVIER = new Init.XavierUniform();

  /**
   * @throws IllegalArgumentException if a value is not positive
   */
  public Fpn {
    if (channels < 1 || levels < 1) {
      throw new IllegalArgumentException("Fpn: channels and levels must be positive");
    }
  }

  /**
   * 256 channels, five levels, as in Mask R-CNN.
   *
   * @return the pyramid as published
   */
  public static Fpn defaults() {
    return new Fpn(256, 5);
  }

  @Override
  public FeaturePyramid apply(Scope s, FeaturePyramid features) {
    int given = features.levels().size();
    if (levels < given) {
      throw new IllegalArgumentException(
          "Fpn: levels is " + levels + ", and the features have " + given + " already");
    }
    Tensor[] merged = new Tensor[given];
    for (int i = given - 1; i >= 0; i--) {
      Tensor lateral = convolution(s.at("lateral_convs").at(i), features.map(i), 1);
      merged[i] = i == given - 1 ? lateral : lateral.plus(enlarged(merged[i + 1], lateral));
    }
    List<Tensor> maps = new ArrayList<>();
    for (int i = 0; i < given; i++) {
      maps.add(convolution(s.at("fpn_convs").at(i), merged[i], 3));
    }
    while (maps.size() < levels) {
      Tensor last = maps.get(maps.size() - 1);
      maps.add(last.slice(2, 0, last.dim(2), 2).slice(3, 0, last.dim(3), 2));
    }
    return FeaturePyramid.from(features.levels().get(0).stride(), maps);
  }

  private Tensor convolution(Scope s, Tensor map, int kernel) {
    return Conv2d.of(channels, kernel).init(XAVIER).apply(s.at("conv"), map);
  }

  private static Tensor enlarged(Tensor map, Tensor finer) {
    return Resampling.nearest(map, finer.dim(2), finer.dim(3));
  }
}
