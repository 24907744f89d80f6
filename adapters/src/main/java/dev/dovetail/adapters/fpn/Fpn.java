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
 * The feature pyramid network (Lin et al. 2017) as in mmdetection and torchvision: lateral 1x1
 * convolutions, a top-down path with nearest upsampling, 3x3 convolutions, and further levels.
 * Parameters have mmdetection's names.
 *
 * @param channels channels of the results
 * @param levels number of results, at least the number of input maps that are used
 * @param startLevel index of the first input map that is used; 0 is the finest
 * @param further how levels beyond those of the input are computed
 * @param norm the norm after each convolution, except those of further levels
 */
public record Fpn(int channels, int levels, int startLevel, Further further, MapNorm norm)
    implements Neck {

  /** How levels beyond those of the input are computed. */
  public enum Further {
    /** Every other cell of the previous level (Mask R-CNN). */
    SUBSAMPLED,
    /**
     * Strided convolutions of the last result and of the ReLU of each further level (RetinaNet).
     */
    CONVOLVED_RESULT,
    /** As {@link #CONVOLVED_RESULT}, but the first convolution reads the last map of the input. */
    CONVOLVED_INPUT
  }

  private static final Init XAVIER = new Init.XavierUniform();

  /**
   * @throws IllegalArgumentException if a value is out of range
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
   * {@return a pyramid of all maps, with every other cell as further levels}
   *
   * @param channels channels of the results
   * @param levels number of results
   */
  public static Fpn of(int channels, int levels) {
    return new Fpn(channels, levels, 0, Further.SUBSAMPLED, MapNorm.NONE);
  }

  /**
   * Returns the neck of Mask R-CNN, with 256 channels and five levels.
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
          "Fpn: startLevel is " + startLevel + ", but the features have " + all + " levels");
    }
    FeaturePyramid used = new FeaturePyramid(features.levels().subList(startLevel, all));
    int inputs = used.levels().size();
    if (levels < inputs) {
      throw new IllegalArgumentException(
          "Fpn: levels is " + levels + ", but the features have " + inputs + " already");
    }
    Tensor[] merged = new Tensor[inputs];
    for (int i = inputs - 1; i >= 0; i--) {
      Tensor lateral = convolution(s.at("lateral_convs").at(i), used.map(i), 1);
      merged[i] = i == inputs - 1 ? lateral : lateral.plus(enlarged(merged[i + 1], lateral));
    }
    List<Tensor> maps = new ArrayList<>();
    for (int i = 0; i < inputs; i++) {
      maps.add(convolution(s.at("fpn_convs").at(i), merged[i], 3));
    }
    while (maps.size() < levels) {
      maps.add(further(s.at("fpn_convs").at(maps.size()), maps, maps.size() - inputs, used));
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
