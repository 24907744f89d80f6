package dev.dovetail.heads.maskrcnn;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Indexing;
import dev.dovetail.graph.Sampling;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Selection;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.heads.Require;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts the features of regions out of a pyramid, each from the level that fits its size (Lin et al.
 * 2017, equation 1; mmdet's {@code SingleRoIExtractor}, torchvision's {@code MultiScaleRoIAlign}).
 *
 * @param levels how many levels of the pyramid are used, the finest first
 * @param finestScale side in pixels from which, doubled, a region goes to the second level
 * @param aligned whether half a cell lies between a coordinate and the centre of its cell
 * @param samples along each axis of a bin; 0 for as many as the bin has cells
 */
public record RoiExtractor(int levels, int finestScale, boolean aligned, int samples) {

  public RoiExtractor {
    Require.positive("levels", levels);
    Require.positive("finestScale", finestScale);
    if (samples < 0) {
      throw new IllegalArgumentException("samples is " + samples + ", expected 0 or more");
    }
  }

  /** Aligned, with as many samples a bin as the region needs, as mmdet has it. */
  public static RoiExtractor of(int levels, int finestScale) {
    return new RoiExtractor(levels, finestScale, true, 0);
  }

  /** Four levels, from 56 pixels on. */
  public static RoiExtractor defaults() {
    return of(4, 56);
  }

  /**
   * The level of each region, {@code floor(log2(sqrt(width * height) / finestScale + 1e-6))} within
   * the levels.
   *
   * @param boxes float32 [n, 4]: x1 y1 x2 y2 in pixels
   * @return int64 [n]
   */
  public Tensor level(Tensor boxes) {
    Tensor sizes = boxes.slice(1, 2, 4).minus(boxes.slice(1, 0, 2));
    Tensor area = sizes.select(1, 0).times(sizes.select(1, 1));
    Tensor scale = area.sqrt().div(finestScale).plus(1e-6);
    Tensor level = boxes.constant(TensorData.of(new long[1], 1));
    for (int i = 1; i < levels; i++) {
      Tensor bound = boxes.constant(TensorData.scalar(lowestOf(i)));
      level = level.plus(scale.greaterOrEqual(bound).cast(DType.INT64));
    }
    return level;
  }

  /**
   * The smallest float32 whose logarithm to base 2, rounded to float32, reaches {@code level}: a
   * comparison with it decides as the reference's logarithm does, but exactly on every device.
   */
  private static float lowestOf(int level) {
    float lowest = (float) Math.pow(2, level);
    while ((float) (Math.log(Math.nextDown(lowest)) / Math.log(2)) >= level) {
      lowest = Math.nextDown(lowest);
    }
    return lowest;
  }

  /**
   * The features of regions, in their order.
   *
   * @param level int64 [n], as {@link #level} gives it
   * @param size height and width of the result in cells
   * @return [n, channels, size, size]
   * @throws IllegalArgumentException if the pyramid has fewer levels
   */
  public Tensor extract(
      Scope s, FeaturePyramid features, Proposals regions, Tensor level, int size) {
    if (features.levels().size() < levels) {
      throw new IllegalArgumentException(
          "regions are cut out of "
              + levels
              + " levels, but the pyramid has only "
              + features.levels().size());
    }
    List<Tensor> members = new ArrayList<>();
    List<Tensor> pooled = new ArrayList<>();
    for (int i = 0; i < levels; i++) {
      FeaturePyramid.Level source = features.levels().get(i);
      Tensor member = level.equal(i).apply(new Selection.NonZero()).squeeze(0);
      members.add(member);
      pooled.add(
          source
              .map()
              .apply(
                  new Sampling.RoiAlign(size, 1f / source.stride(), aligned, samples),
                  regions.boxes().gather(0, member),
                  regions.image().gather(0, member)));
    }
    return Tensor.concat(0, pooled).gather(0, inverse(s, Tensor.concat(0, members)));
  }

  /** Where each of 0, 1, … stands in a permutation, int64 [n]. */
  private static Tensor inverse(Scope s, Tensor permutation) {
    Tensor zero = s.constant(TensorData.scalar(0L));
    Tensor one = s.constant(TensorData.scalar(1L));
    Tensor places = zero.apply(new Indexing.RangeTo(), permutation.runtimeShape().squeeze(0), one);
    return permutation.apply(new Indexing.ScatterNd(), permutation.unsqueeze(1), places);
  }
}
