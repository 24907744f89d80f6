package dev.dovetail.heads.deformabledetr;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.nn.Activation;
import dev.dovetail.graph.nn.Extent;
import dev.dovetail.graph.nn.FeedForward;
import dev.dovetail.graph.nn.MultiHeadAttention;
import dev.dovetail.graph.nn.MultiScaleDeformableAttention;
import dev.dovetail.graph.nn.Norms;
import dev.dovetail.graph.nn.PaddingMask;
import dev.dovetail.graph.nn.ReferencePoints;
import dev.dovetail.graph.nn.TokenPyramid;
import dev.dovetail.heads.Require;
import dev.dovetail.heads.deformabledetr.EncoderMaps.Tokens;
import dev.dovetail.heads.queries.Coordinates;
import dev.dovetail.heads.queries.DeformableDecoderLayer;
import java.util.ArrayList;
import java.util.List;

/**
 * The layers of the encoder or of the decoder.
 *
 * @param layers number of layers
 * @param heads heads of the attention
 * @param points number of sampling points for each head and level
 * @param hidden width of the feed-forward networks
 * @param activation activation of the feed-forward networks
 */
public record Layers(int layers, int heads, int points, int hidden, Activation activation) {

  private static final double EPSILON = 1e-5;

  public Layers {
    if (layers < 0) {
      throw new IllegalArgumentException(
          "layers is " + layers + ", expected 0 or a positive number");
    }
    Require.positive("heads", heads);
    Require.positive("points", points);
    Require.positive("hidden", hidden);
  }

  private MultiScaleDeformableAttention attention(int width) {
    return new MultiScaleDeformableAttention(heads, points, width);
  }

  /** {@return a decoder layer for queries of the specified width} */
  DeformableDecoderLayer ofDecoder(int width) {
    return new DeformableDecoderLayer(
        new MultiHeadAttention(heads),
        attention(width),
        new FeedForward(hidden, activation),
        EPSILON);
  }

  /**
   * Applies the encoder, in which every cell samples around its own position on all maps.
   *
   * @param s the scope that contains {@code layers}
   * @return the tokens of the same maps
   */
  TokenPyramid encode(Scope s, Tokens in) {
    ReferencePoints references = new ReferencePoints.Points(s.float32(() -> centres(s, in)));
    TokenPyramid tokens = in.tokens();
    return tokens.with(
        s.at("layers")
            .fold(
                0,
                layers,
                tokens.tokens(),
                (l, x, i) -> encoderLayer(l, tokens.with(x), in, references)));
  }

  private Tensor encoderLayer(Scope s, TokenPyramid x, Tokens in, ReferencePoints references) {
    Tensor query = x.tokens().plus(in.position());
    Tensor mixed =
        attention(query.dim(2)).apply(s.at("self_attn"), query, references, x, in.inside());
    Tensor y = Norms.layerNorm(s.at("self_attn_layer_norm"), x.tokens().plus(mixed), EPSILON);
    Tensor z = y.plus(new FeedForward(hidden, activation).apply(s, y));
    return Norms.layerNorm(s.at("final_layer_norm"), z, EPSILON);
  }

  /**
   * Returns the centers of the cells as fractions of each map: [batch or 1, cells, levels or 1, 2].
   */
  private static Tensor centres(Scope s, Tokens in) {
    List<Extent> grids = in.tokens().grids();
    Tensor whole = s.constant(Coordinates.cellBoxes(grids, 0)).slice(2, 0, 2);
    if (in.padding().isEmpty()) {
      return whole.unsqueeze(2);
    }
    List<Tensor> levels = new ArrayList<>();
    for (int i = 0; i < grids.size(); i++) {
      Extent grid = grids.get(i);
      PaddingMask mask = in.padding().get(i);
      Tensor size = s.constant(new float[] {grid.width(), grid.height()});
      Tensor filled = mask.validRatio().times(size).unsqueeze(1);
      levels.add(s.constant(centres(grid)).div(filled));
    }
    return Tensor.concat(1, levels).unsqueeze(2).times(in.ratios().orElseThrow());
  }

  private static TensorData centres(Extent grid) {
    float[] values = new float[2 * grid.area()];
    for (int cell = 0; cell < grid.area(); cell++) {
      values[2 * cell] = cell % grid.width() + 0.5f;
      values[2 * cell + 1] = cell / grid.width() + 0.5f;
    }
    return TensorData.of(values, 1, grid.area(), 2);
  }
}
