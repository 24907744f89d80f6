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
    Tensor[] lateral = new Tensor[given];
    for (int i = given - 1; i >= 0; i--) {
      Tensor map = features.map(i);
      Tensor own =
          Conv2d.of(channels, 1).init(XAVIER).apply(s.at("lateral_convs").at(i).at("conv"), map);
      lateral[i] =
          i == given - 1
              ? own
              : own.plus(Resampling.nearest(lateral[i + 1], map.dim(2), map.dim(3)));
    }
    List<Tensor> maps = new ArrayList<>();
    for (int i = 0; i < given; i++) {
      maps.add(
          Conv2d.of(channels, 3)
              .init(XAVIER)
              .apply(s.at("fpn_convs").at(i).at("conv"), lateral[i]));
    }
    while (maps.size() < levels) {
      Tensor last = maps.get(maps.size() - 1);
      maps.add(last.slice(2, 0, last.dim(2), 2).slice(3, 0, last.dim(3), 2));
    }
    return FeaturePyramid.from(features.levels().get(0).stride(), maps);
  }
}
