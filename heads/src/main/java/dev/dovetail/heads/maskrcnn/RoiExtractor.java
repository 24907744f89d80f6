package dev.dovetail.heads.maskrcnn;

import dev.dovetail.core.DType;
import dev.dovetail.graph.FusedOp;
import dev.dovetail.graph.Indexing;
import dev.dovetail.graph.Sampling;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Selection;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.fused.MultiLevelRoiAlign;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.heads.Require;
import java.util.ArrayList;
import java.util.List;

/**
 * Extracts the features of regions from a pyramid, each from the level that fits its size (Lin et
 * al. 2017, equation 1; mmdet's {@code SingleRoIExtractor}, torchvision's {@code
 * MultiScaleRoIAlign}).
 *
 * @param levels number of levels of the pyramid that are used, finest first
 * @param finestScale half of the side length in pixels from which a region is assigned to the
 *     second level
 * @param aligned whether coordinates are shifted by half a cell ({@code aligned=True} of
 *     torchvision's {@code roi_align})
 * @param samples number of samples along each axis of a bin; 0 for the number of cells of the bin
 */
public record RoiExtractor(int levels, int finestScale, boolean aligned, int samples) {

  public RoiExtractor {
    Require.positive("levels", levels);
    Require.positive("finestScale", finestScale);
    if (samples < 0) {
      throw new IllegalArgumentException("samples is " + samples + ", expected 0 or more");
    }
  }

  /** Creates an aligned extractor with an adaptive number of samples, as in mmdet. */
  public static RoiExtractor of(int levels, int finestScale) {
    return new RoiExtractor(levels, finestScale, true, 0);
  }

  /** Returns an extractor with four levels and a finest scale of 56 pixels. */
  public static RoiExtractor defaults() {
    return of(4, 56);
  }

  /**
   * Computes the level of each region, {@code floor(log2(sqrt(width * height) / finestScale +
   * 1e-6))} clamped to the levels.
   *
   * @param boxes float32 [n, 4]: x1 y1 x2 y2 in pixels
   * @return int64 [n]
   */
  public Tensor level(Tensor boxes) {
    Tensor sizes = boxes.slice(1, 2, 4).minus(boxes.slice(1, 0, 2));
    Tensor area = sizes.select(1, 0).times(sizes.select(1, 1));
    Tensor scale = area.sqrt().div(finestScale).plus(1e-6);
    if (levels == 1) {
      return scale.less(0).cast(DType.INT64);
    }
    Tensor level = boxes.constant(TensorData.of(new long[1], 1));
    for (int i = 1; i < levels; i++) {
      Tensor bound = boxes.constant(TensorData.scalar(lowestOf(i)));
      level = level.plus(scale.greaterOrEqual(bound).cast(DType.INT64));
    }
    return level;
  }

  /**
   * Returns the smallest float32 whose base-2 logarithm, rounded to float32, reaches {@code level}.
   * A comparison with it is equivalent to the reference's logarithm and exact on every device.
   */
  private static float lowestOf(int level) {
    float lowest = (float) Math.pow(2, level);
    while ((float) (Math.log(Math.nextDown(lowest)) / Math.log(2)) >= level) {
      lowest = Math.nextDown(lowest);
    }
    return lowest;
  }

  /**
   * Extracts the features of regions in their order.
   *
   * @param level int64 [n], the result of {@link #level}
   * @param size height and width of the result in cells
   * @return [n, channels, size, size]
   * @throws IllegalArgumentException if the pyramid has fewer levels
   */
  public Tensor extract(
      Scope s, FeaturePyramid features, Proposals regions, Tensor level, int size) {
    if (features.levels().size() < levels) {
      throw new IllegalArgumentException(
          "regions are extracted from "
              + levels
              + " levels, but the pyramid has only "
              + features.levels().size());
    }
    List<Tensor> operands = operands(s, features, regions, level);
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
    Tensor all = Tensor.concat(0, pooled).gather(0, inverse(s, Tensor.concat(0, members)));
    FusedOp op = new MultiLevelRoiAlign(size, scales(features), aligned, samples);
    return features.map(0).fusible(all, op, operands.toArray(Tensor[]::new));
  }

  private List<Float> scales(FeaturePyramid features) {
    return features.levels().stream().limit(levels).map(l -> 1f / l.stride()).toList();
  }

  /** Returns the operands of the fused operator after the first map. */
  private List<Tensor> operands(Scope s, FeaturePyramid features, Proposals regions, Tensor level) {
    List<Tensor> operands = new ArrayList<>();
    for (int i = 1; i < levels; i++) {
      operands.add(features.map(i));
    }
    operands.add(regions.boxes());
    operands.add(s.float32(() -> regions.image().cast(DType.FLOAT32)));
    operands.add(s.float32(() -> level.cast(DType.FLOAT32)));
    operands.add(regions.boxes().runtimeShape());
    return operands;
  }

  /** Inverts a permutation, int64 [n]. */
  private static Tensor inverse(Scope s, Tensor permutation) {
    Tensor zero = s.constant(TensorData.scalar(0L));
    Tensor one = s.constant(TensorData.scalar(1L));
    Tensor places = zero.apply(new Indexing.RangeTo(), permutation.runtimeShape().squeeze(0), one);
    return permutation.apply(new Indexing.ScatterNd(), permutation.unsqueeze(1), places);
  }
}
