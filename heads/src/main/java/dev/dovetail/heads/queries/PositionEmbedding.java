package dev.dovetail.heads.queries;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Extent;
import dev.dovetail.graph.nn.PaddingMask;
import dev.dovetail.graph.nn.SinePosition;
import dev.dovetail.registry.config.ConfigTree;
import java.util.Optional;

/** The position embedding of the cells of a map in DETR (Carion et al. 2020, appendix A.4). */
public enum PositionEmbedding {
  /** Sines and cosines. */
  SINE,
  /** Learned vectors for up to 50 columns and 50 rows. */
  LEARNED;

  private static final int MOST = 50;

  /**
   * {@return the embedding specified by {@code position_embedding_type} in a config of
   * transformers}
   *
   * @param config the config of DETR or a related model
   */
  public static PositionEmbedding of(ConfigTree config) {
    String key = "position_embedding_type";
    config.only(key, "sine", "learned");
    return config.text(key, "sine").equals("sine") ? SINE : LEARNED;
  }

  /**
   * {@return the embedding of all cells in row-major order: [batch or 1, cells, channels]}
   *
   * @param s the scope of the learned vectors, {@code row_embeddings} and {@code column_embeddings}
   * @param sines the options of sines and cosines, and the number of channels
   * @param grid the map's size
   * @param mask the mask of a map with padding
   * @throws IllegalArgumentException if a map is larger than the learned embedding
   */
  public Tensor tokens(Scope s, SinePosition sines, Extent grid, Optional<PaddingMask> mask) {
    return this == LEARNED
        ? learned(s, sines.channels() / 2, grid.height(), grid.width())
        : mask.map(m -> sines.tokens(s, m))
            .orElseGet(() -> s.constant(sines.tokens(grid.height(), grid.width())));
  }

  private static Tensor learned(Scope s, int half, int height, int width) {
    if (height > MOST || width > MOST) {
      throw new IllegalArgumentException(
          "the map has "
              + height
              + "x"
              + width
              + " cells, but the learned positions cover "
              + MOST
              + "x"
              + MOST
              + "; use smaller images");
    }
    Init init = new Init.Uniform(1);
    return s.run(
        () -> {
          Tensor rows = s.weight("row_embeddings.weight", init, MOST, half);
          Tensor columns = s.weight("column_embeddings.weight", init, MOST, half);
          return Tensor.concat(
                  2,
                  columns.slice(0, 0, width).unsqueeze(0).expand(height, width, half),
                  rows.slice(0, 0, height).unsqueeze(1).expand(height, width, half))
              .reshape(1, height * width, 2 * half);
        });
  }
}
