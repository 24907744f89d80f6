package dev.dovetail.adapters.fpn;

import dev.dovetail.adapters.Neck;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.ConvModule;
import dev.dovetail.graph.nn.MapNorm;
import dev.dovetail.graph.nn.Resampling;
import java.util.ArrayList;
import java.util.List;

/**
 * The feature pyramid network (Lin et al. 2017) as mmdetection and torchvision have it: lateral 1x1
 * convolutions, a top-down path with nearest upsampling, 3x3 convolutions, and further levels.
 * Parameters have mmdetection's names.
 *
 * @param channels channels of the results
 * @param levels number of results, at least as many as maps of the input are used
 * @param startLevel the first map of the input that is used, counted from 0, the finest
 * @param further how levels beyond those of the input are made
 * @param norm what comes after each convolution but those of further levels
 */
public record Fpn(int channels, int levels, int startLevel, Further further, MapNorm norm)
    implements Neck {

  /** How levels beyond those of the input are made. */
  public enum Further {
    /** Every other cell of the level before (Mask R-CNN). */
    SUBSAMPLED,
    /** A strided convolution of the last result, and of each further level's ReLU (RetinaNet). */
    CONVOLVED_RESULT,
    /** The same, the first of them of the input's last map. */
    CONVOLVED_INPUT
  }

  private static final Init XAVIER = new Init.XavierUniform();

  /**
   * @throws IllegalArgumentException if a value is not positive
   */
  public Fpn {
    if (channels < 1 || levels < 1) {
      throw new IllegalArgumentException("Fpn: channels and levels must be positive");
    }
    if (startLevel < 0) {
      throw new IllegalArgumentException(
          "Fpn: startLevel is " + startLevel + ", expected 0 or more");
    }
  }

  /**
   * {@return a pyramid of all maps, further levels by taking every other cell}
   *
   * @param channels channels of the results
   * @param levels number of results
   */
  public static Fpn of(int channels, int levels) {
    return new Fpn(channels, levels, 0, Further.SUBSAMPLED, MapNorm.NONE);
  }

  /**
   * 256 channels, five levels, as in Mask R-CNN.
   *
   * @return the pyramid as published
   */
  public static Fpn defaults() {
    return of(256, 5);
  }

  @Override
  public FeaturePyramid apply(Scope s, FeaturePyramid features) {
    int all = features.levels().size();
    if (startLevel >= all) {
      throw new IllegalArgumentException(
          "Fpn: startLevel is " + startLevel + ", and the features have " + all + " levels");
    }
    FeaturePyramid used = new FeaturePyramid(features.levels().subList(startLevel, all));
    int given = used.levels().size();
    if (levels < given) {
      throw new IllegalArgumentException(
          "Fpn: levels is " + levels + ", and the features have " + given + " already");
    }
    Tensor[] merged = new Tensor[given];
    for (int i = given - 1; i >= 0; i--) {
      Tensor lateral = convolution(s.at("lateral_convs").at(i), used.map(i), 1);
      merged[i] = i == given - 1 ? lateral : lateral.plus(enlarged(merged[i + 1], lateral));
    }
    List<Tensor> maps = new ArrayList<>();
    for (int i = 0; i < given; i++) {
      maps.add(convolution(s.at("fpn_convs").at(i), merged[i], 3));
    }
    while (maps.size() < levels) {
      maps.add(further(s.at("fpn_convs").at(maps.size()), maps, maps.size() - given, used));
    }
    return FeaturePyramid.from(used.levels().get(0).stride(), maps);
  }

  private Tensor further(Scope s, List<Tensor> maps, int index, FeaturePyramid input) {
    Tensor last = maps.get(maps.size() - 1);
    if (further == Further.SUBSAMPLED) {
      return last.slice(2, 0, last.dim(2), 2).slice(3, 0, last.dim(3), 2);
    }
    Tensor from = index > 0 ? last.relu() : last;
    if (index == 0 && further == Further.CONVOLVED_INPUT) {
      from = input.map(input.levels().size() - 1);
    }
    return Conv2d.of(channels, 3).stride(2).init(XAVIER).apply(s.at("conv"), from);
  }

  private Tensor convolution(Scope s, Tensor map, int kernel) {
    return ConvModule.normed(s, map, Conv2d.of(channels, kernel).init(XAVIER), norm);
  }

  private static Tensor enlarged(Tensor map, Tensor finer) {
    return Resampling.nearest(map, finer.dim(2), finer.dim(3));
  }
}
