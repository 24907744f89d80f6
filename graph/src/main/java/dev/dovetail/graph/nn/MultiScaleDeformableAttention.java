package dev.dovetail.graph.nn;

import static dev.dovetail.graph.nn.Linear.linear;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.Sampling;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import java.util.List;

/**
 * Multi-scale deformable attention (Zhu et al. 2021, section 4.1) in standard operators: every
 * query samples a few learned points around its own place on every level. No residual, no mask.
 *
 * @param heads heads of the attention
 * @param points sampled points for each query, head and level
 * @param valueWidth channels of the values, a multiple of {@code heads}
 */
public record MultiScaleDeformableAttention(int heads, int points, int valueWidth) {

  private static final Init XAVIER = new Init.XavierUniform();

  /**
   * @throws IllegalArgumentException if a value is not positive, or {@code heads} does not divide
   *     {@code valueWidth}
   */
  public MultiScaleDeformableAttention {
    if (heads < 1 || points < 1 || valueWidth < 1 || valueWidth % heads != 0) {
      throw new IllegalArgumentException(
          "deformable attention: the values' width of "
              + valueWidth
              + " must be a multiple of its heads ("
              + heads
              + "), and points ("
              + points
              + ") positive");
    }
  }

  /**
   * Attends from the cell centres of the query's grids.
   *
   * @param s where its parameters are
   * @param query [batch, n, width] on any grids
   * @param value [batch, m, width'] on the levels that are sampled, in the checkpoint's order
   * @return [batch, n, width]
   */
  public Tensor apply(Scope s, TokenPyramid query, TokenPyramid value) {
    return s.run(
        () -> {
          int width = query.tokens().dim(2);
          int levels = value.grids().size();
          Tensor values =
              linear(s.at("value_proj"), value.tokens(), valueWidth, XAVIER, Init.zeros());
          Tensor offsets = offsets(s, query, levels);
          Tensor grid = s.float32(() -> grid(s, query, value.grids(), offsets));
          Tensor sampled = sample(value.with(values), grid, weights(s, query, levels));
          return linear(
              s.at("output_proj"), s.tap("sampled", sampled), width, XAVIER, Init.zeros());
        });
  }

  /** Offsets in cells of each level: [batch, n, heads * levels * points * 2]. */
  private Tensor offsets(Scope s, TokenPyramid query, int levels) {
    Init directions = new Init.Directions(heads, levels, points);
    int out = heads * levels * points * 2;
    return linear(s.at("sampling_offsets"), query.tokens(), out, Init.zeros(), directions);
  }

  /**
   * Where to sample, from -1 to 1 over each level, in the reference's steps: each rounds, and a
   * pixel's position decides which detection survives a near tie. Result [batch * heads, levels, n,
   * points, 2].
   */
  private Tensor grid(Scope s, TokenPyramid query, List<Extent> levels, Tensor offsets) {
    int n = query.tokens().dim(1);
    int batch = query.tokens().dim(0);
    double[] reference = query.centres();
    float[] size = new float[2 * levels.size()];
    for (int l = 0; l < levels.size(); l++) {
      size[2 * l] = levels.get(l).width();
      size[2 * l + 1] = levels.get(l).height();
    }
    Tensor locations =
        offsets
            .reshape(batch, n, heads, levels.size(), points, 2)
            .permute(0, 2, 3, 1, 4, 5)
            .div(s.constant(TensorData.of(size, levels.size(), 1, 1, 2)))
            .plus(s.constant(TensorData.of(reference, n, 1, 2)));
    s.tap("reference_points", s.constant(TensorData.of(reference, 1, n, 1, 2)));
    s.tap("sampling_locations", locations.permute(0, 3, 1, 2, 4, 5));
    return locations.times(2).minus(1).flatten(0, 1);
  }

  /** Softmax over levels and points: [batch * heads, levels, n, points]. */
  private Tensor weights(Scope s, TokenPyramid query, int levels) {
    int out = heads * levels * points;
    Tensor logits =
        linear(s.at("attention_weights"), query.tokens(), out, Init.zeros(), Init.zeros());
    int batch = logits.dim(0);
    int n = logits.dim(1);
    return logits
        .reshape(batch, n, heads, levels * points)
        .softmax(-1)
        .reshape(batch, n, heads, levels, points)
        .permute(0, 2, 3, 1, 4)
        .flatten(0, 1);
  }

  /** The weighted sum of the samples: [batch, n, valueWidth]. One level at a time, for memory. */
  private Tensor sample(TokenPyramid value, Tensor grid, Tensor weights) {
    int batch = value.tokens().dim(0);
    int n = grid.dim(2);
    List<Tensor> maps = value.maps();
    Tensor sum = null;
    for (int l = 0; l < maps.size(); l++) {
      Tensor map = maps.get(l);
      Tensor samples =
          map.reshape(batch * heads, valueWidth / heads, map.dim(2), map.dim(3))
              .apply(new Sampling.GridSample(), grid.select(1, l))
              .times(weights.slice(1, l, l + 1))
              .sum(3, false);
      sum = sum == null ? samples : sum.plus(samples);
    }
    return sum.reshape(batch, valueWidth, n).permute(0, 2, 1);
  }
}
