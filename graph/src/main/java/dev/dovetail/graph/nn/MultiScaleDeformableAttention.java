package dev.dovetail.graph.nn;

import static dev.dovetail.graph.nn.Linear.linear;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Multi-scale deformable attention (Zhu et al. 2021, section 4.1) in standard operators: every
 * query samples a few learned points around its own position on every level. There is no residual
 * and no mask.
 *
 * @param sampling where and how values are sampled
 * @param valueWidth number of channels of the values, a multiple of the heads
 */
public record MultiScaleDeformableAttention(DeformableSampling sampling, int valueWidth) {

  private static final Init XAVIER = new Init.XavierUniform();

  /**
   * Checks the width.
   *
   * @throws IllegalArgumentException if the heads do not divide {@code valueWidth}
   */
  public MultiScaleDeformableAttention {
    if (valueWidth < 1 || valueWidth % sampling.heads() != 0) {
      throw new IllegalArgumentException(
          "deformable attention: the width of the values, "
              + valueWidth
              + ", must be a multiple of the number of heads ("
              + sampling.heads()
              + ")");
    }
  }

  /**
   * Creates bilinear sampling with the same number of points on every level.
   *
   * @param heads number of attention heads
   * @param points number of sampled points per query, head and level
   * @param valueWidth number of channels of the values, a multiple of {@code heads}
   */
  public MultiScaleDeformableAttention(int heads, int points, int valueWidth) {
    this(DeformableSampling.bilinear(heads, points), valueWidth);
  }

  /**
   * Attends from the cell centers of the query's grids.
   *
   * @param s the scope of its parameters
   * @param query [batch, n, width] on any grids
   * @param value [batch, m, width'] on the sampled levels, in the checkpoint's order
   * @return [batch, n, width]
   */
  public Tensor apply(Scope s, TokenPyramid query, TokenPyramid value) {
    TensorData centres = TensorData.of(query.centres(), 1, query.tokens().dim(1), 1, 2);
    return s.run(
        () -> {
          Tensor points = s.float32(() -> s.tap("reference_points", s.constant(centres)));
          return attend(s, query.tokens(), new ReferencePoints.Points(points), value, x -> x);
        });
  }

  /**
   * Attends from specified reference points.
   *
   * @param s the scope of its parameters
   * @param query [batch, n, width]
   * @param references the reference points of the queries
   * @param value [batch, m, width'] on the sampled levels, in the checkpoint's order
   * @param inside [batch, m, 1]: 1 on the images, 0 on padding, whose values are replaced by zeros;
   *     empty if images have no padding
   * @return [batch, n, width]
   */
  public Tensor apply(
      Scope s,
      Tensor query,
      ReferencePoints references,
      TokenPyramid value,
      Optional<Tensor> inside) {
    UnaryOperator<Tensor> masked = x -> inside.map(x::times).orElse(x);
    return s.run(() -> attend(s, query, references, value, masked));
  }

  private Tensor attend(
      Scope s,
      Tensor query,
      ReferencePoints references,
      TokenPyramid value,
      UnaryOperator<Tensor> masked) {
    Tensor values = linear(s.at("value_proj"), value.tokens(), valueWidth, XAVIER, Init.zeros());
    Tensor sampled = sampling.apply(s, query, references, value.with(masked.apply(values)));
    int width = query.dim(2);
    return linear(s.at("output_proj"), s.tap("sampled", sampled), width, XAVIER, Init.zeros());
  }
}
