package dev.dovetail.graph.nn;

import static dev.dovetail.graph.nn.Linear.linear;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Fusion;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Role;
import dev.dovetail.graph.Sampling;
import dev.dovetail.graph.Sampling.DeformableAttention.Method;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.fused.DeformableAttention;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The core of deformable attention: every query computes the weighted sum of a few values near its
 * reference point, with predicted offsets ({@code sampling_offsets}) and weights ({@code
 * attention_weights}) (Zhu et al. 2021, section 4.1).
 *
 * @param heads number of attention heads
 * @param points number of sampled points per query and head: one number per level, or one for all
 *     levels
 * @param method the interpolation of values between cells
 * @param reach how far an offset moves a point from the center of a reference box if the offset is
 *     equal to the number of points; a fraction of the width and height of the box
 * @param storedShares whether checkpoints contain each point's share of the reach, {@code
 *     num_points_scale}, which is one over the number of points of its level
 */
public record DeformableSampling(
    int heads, List<Integer> points, Method method, double reach, boolean storedShares) {

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if there are no levels, or a value is not positive
   */
  public DeformableSampling {
    points = List.copyOf(points);
    if (heads < 1 || points.isEmpty() || points.stream().anyMatch(p -> p < 1)) {
      throw new IllegalArgumentException(
          "deformable attention: heads (" + heads + ") and points " + points + " must be positive");
    }
  }

  /**
   * Creates a sampling whose offsets reach to the edges of reference boxes.
   *
   * @param heads number of attention heads
   * @param points number of sampled points per query and head: one number per level, or one for all
   *     levels
   * @param method the interpolation of values between cells
   */
  public DeformableSampling(int heads, List<Integer> points, Method method) {
    this(heads, points, method, 0.5, false);
  }

  /**
   * {@return bilinear sampling with the same number of points on every level}
   *
   * @param heads number of attention heads
   * @param points number of points per query, head and level
   */
  public static DeformableSampling bilinear(int heads, int points) {
    return new DeformableSampling(heads, List.of(points), Method.BILINEAR);
  }

  /** Returns the sampling with one number of points per level. */
  private DeformableSampling over(int levels) {
    if (points.size() == levels) {
      return this;
    }
    if (points.size() == 1) {
      return new DeformableSampling(
          heads, Collections.nCopies(levels, points.get(0)), method, reach, storedShares);
    }
    throw new IllegalArgumentException(
        "deformable attention: expected one number of points per level, got "
            + points.size()
            + " numbers for "
            + levels
            + " levels");
  }

  /**
   * Samples the values.
   *
   * @param s the scope of its parameters
   * @param query [batch, n, width]
   * @param references the reference points of the queries
   * @param values [batch, m, width'], with one level per number of points
   * @return [batch, n, width']
   */
  public Tensor apply(Scope s, Tensor query, ReferencePoints references, TokenPyramid values) {
    return over(values.grids().size()).sampled(s, query, references, values);
  }

  private Tensor sampled(Scope s, Tensor query, ReferencePoints references, TokenPyramid values) {
    Init directions =
        isEven() ? new Init.Directions(heads, points.size(), points.get(0)) : Init.zeros();
    Tensor offsets =
        linear(s.at("sampling_offsets"), query, heads * total() * 2, Init.zeros(), directions);
    Tensor locations = s.float32(() -> locations(s, offsets, references, values.grids()));
    Tensor logits =
        linear(s.at("attention_weights"), query, heads * total(), Init.zeros(), Init.zeros());
    List<Shape> maps =
        values.grids().stream().map(grid -> Shape.of(grid.height(), grid.width())).toList();
    Tensor sum =
        values
            .tokens()
            .apply(
                new Sampling.DeformableAttention(maps, points, method), locations, weights(logits));
    if (method == Method.BILINEAR) {
      s.trace().fusible(fusion(values, logits, offsets, references, sum));
    }
    return sum;
  }

  /** Declares the fused operator, including the preceding operations, for engines that have it. */
  private Fusion fusion(
      TokenPyramid values, Tensor logits, Tensor offsets, ReferencePoints references, Tensor sum) {
    List<DeformableAttention.Grid> grids =
        values.grids().stream()
            .map(e -> new DeformableAttention.Grid(e.height(), e.width()))
            .toList();
    boolean fromOffsets = references instanceof ReferencePoints.Points;
    List<Tensor> operands = new ArrayList<>(List.of(values.tokens(), logits));
    if (references instanceof ReferencePoints.Points at) {
      operands.addAll(List.of(offsets, at.xy()));
    } else {
      operands.add(sum.node().inputs().get(1).permute(0, 2, 1, 3, 4));
    }
    return new Fusion(
        new DeformableAttention(heads, grids, points, fromOffsets, false), operands, List.of(sum));
  }

  private boolean isEven() {
    return points.stream().distinct().count() == 1;
  }

  private int total() {
    return points.stream().mapToInt(Integer::intValue).sum();
  }

  /**
   * Returns the sampling locations, from 0 to 1 over each level. The order of operations is that of
   * the reference, since each one rounds, and a pixel's position determines which detection
   * survives a near tie. The result is [batch, heads, n, points of all levels, 2].
   */
  private Tensor locations(
      Scope s, Tensor offsets, ReferencePoints references, List<Extent> levels) {
    int batch = offsets.dim(0);
    int n = offsets.dim(1);
    Tensor moves = offsets.reshape(batch, n, heads, total(), 2).permute(0, 2, 1, 3, 4);
    Tensor locations;
    if (references instanceof ReferencePoints.Points at) {
      locations =
          moves.div(s.constant(sizes(levels))).plus(ReferencePoints.perPoint(at.xy(), points));
    } else {
      Tensor boxes =
          ReferencePoints.perPoint(((ReferencePoints.Boxes) references).centreAndSize(), points);
      Tensor extent = boxes.slice(4, 2, 4);
      locations = boxes.slice(4, 0, 2).plus(moves.times(shares(s)).times(extent));
    }
    if (isEven()) {
      s.tap(
          "sampling_locations",
          locations
              .permute(0, 2, 1, 3, 4)
              .reshape(batch, n, heads, levels.size(), points.get(0), 2));
    }
    return locations;
  }

  /** Returns width and height of every point's level: [points, 2]. */
  private TensorData sizes(List<Extent> levels) {
    float[] sizes = new float[2 * total()];
    int i = 0;
    for (int l = 0; l < points.size(); l++) {
      for (int p = 0; p < points.get(l); p++) {
        sizes[i++] = levels.get(l).width();
        sizes[i++] = levels.get(l).height();
      }
    }
    return TensorData.of(sizes, total(), 2);
  }

  /** Returns how far an offset of 1 moves each point, as a fraction of the box: [points, 1]. */
  private Tensor shares(Scope s) {
    List<Float> shares = new ArrayList<>();
    for (int n : points) {
      shares.addAll(Collections.nCopies(n, (float) (1.0 / n)));
    }
    if (storedShares) {
      Init init = new Init.Values(shares);
      Tensor stored =
          s.parameter("num_points_scale", DType.FLOAT32, Role.STATISTIC, init, shares.size());
      return stored.times(reach).unsqueeze(1);
    }
    float[] values = new float[shares.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (shares.get(i) * reach);
    }
    return s.constant(TensorData.of(values, values.length, 1));
  }

  /** Returns the softmax over all points of all levels: [batch, heads, n, points]. */
  private Tensor weights(Tensor logits) {
    return logits
        .reshape(logits.dim(0), logits.dim(1), heads, total())
        .softmax(-1)
        .permute(0, 2, 1, 3);
  }
}
