package dev.dovetail.adapters.hybridencoder;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.nn.Activation;
import dev.dovetail.graph.nn.Extent;
import dev.dovetail.graph.nn.FeedForward;
import dev.dovetail.graph.nn.MultiHeadAttention;
import dev.dovetail.graph.nn.Norms;
import dev.dovetail.graph.nn.TokenPyramid;
import java.util.List;

/**
 * Self-attention within a map, "AIFI" (Zhao et al. 2024, section 4.2).
 *
 * @param levels indices of the maps with attention, counted from the finest one that the encoder
 *     uses
 * @param layers number of layers for each of these maps
 * @param positions whether queries and keys have position embeddings
 * @param temperature longest wavelength of the position embeddings, divided by 2 pi
 * @param layer the options of a layer; in a config, its keys are at the same level as the others
 */
public record IntraScale(
    List<Integer> levels,
    int layers,
    boolean positions,
    double temperature,
    @JsonUnwrapped Layer layer) {

  public IntraScale {
    levels = List.copyOf(levels);
    if (layers < 0
        || levels.stream().anyMatch(l -> l < 0)
        || levels.stream().distinct().count() < levels.size()) {
      throw new IllegalArgumentException(
          "attention: levels must be distinct and, like layers, not negative, but they are "
              + levels
              + " and "
              + layers);
    }
  }

  /**
   * The options of a transformer layer.
   *
   * @param heads heads of the attention
   * @param hidden width of the feed-forward network
   * @param normalizeBefore whether norms precede the attention and the feed-forward network instead
   *     of following them
   * @param epsilon of the norms
   */
  public record Layer(
      int heads, int hidden, Activation activation, boolean normalizeBefore, double epsilon) {

    public Layer {
      if (heads < 1 || hidden < 1) {
        throw new IllegalArgumentException(
            "attention: heads (" + heads + ") and hidden (" + hidden + ") must be positive");
      }
    }

    private Tensor apply(Scope s, Tensor x, Tensor position) {
      Tensor in = normalizeBefore ? norm(s, "self_attn_layer_norm", x) : x;
      Tensor placed = in.plus(position);
      Tensor mixed = new MultiHeadAttention(heads).apply(s.at("self_attn"), placed, placed, in);
      // As in transformers, the second residual is normalized as well if norms come first.
      String norm = normalizeBefore ? "final_layer_norm" : "self_attn_layer_norm";
      Tensor y = norm(s, norm, x.plus(mixed));
      Tensor z = y.plus(new FeedForward(hidden, activation).apply(s, y));
      return normalizeBefore ? z : norm(s, "final_layer_norm", z);
    }

    private Tensor norm(Scope s, String name, Tensor x) {
      return Norms.layerNorm(s.at(name), x, epsilon);
    }
  }

  /**
   * Applies the layers {@code layers.0}, ….
   *
   * @param s the scope of their parameters
   * @param map [batch, channels, height, width]
   * @return a map with the same shape
   */
  Tensor apply(Scope s, Tensor map) {
    TokenPyramid in = TokenPyramid.ofMaps(List.of(map));
    Tensor position =
        positions ? s.constant(positions(map.dim(1), Extent.of(map))) : s.constant(0f);
    Tensor out =
        s.at("layers").fold(0, layers, in.tokens(), (l, x, i) -> layer.apply(l, x, position));
    return in.with(out).maps().get(0);
  }

  /** Computes the sines and cosines of rows, then those of columns: [1, cells, channels]. */
  private TensorData positions(int channels, Extent grid) {
    int quarter = channels / 4;
    float[] values = new float[grid.area() * channels];
    for (int cell = 0; cell < grid.area(); cell++) {
      for (int i = 0; i < quarter; i++) {
        double rate = 1 / Math.pow(temperature, (double) i / quarter);
        double y = cell / grid.width() * rate;
        double x = cell % grid.width() * rate;
        int at = cell * channels + i;
        values[at] = (float) Math.sin(y);
        values[at + quarter] = (float) Math.cos(y);
        values[at + 2 * quarter] = (float) Math.sin(x);
        values[at + 3 * quarter] = (float) Math.cos(x);
      }
    }
    return TensorData.of(values, 1, grid.area(), channels);
  }
}
