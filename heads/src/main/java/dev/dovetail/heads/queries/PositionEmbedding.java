package dev.dovetail.heads.queries;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Extent;
import dev.dovetail.graph.nn.PaddingMask;
import dev.dovetail.graph.nn.SinePosition;
import dev.dovetail.registry.config.ConfigTree;
import java.util.Optional;

/**
 * What says to DETR's attention where the cells of a map are (Carion et al. 2020, appendix A.4).
 */
public enum PositionEmbedding {
  /** Sines and cosines. */
  SINE,
  /** A vector for each column and one for each row, up to 50, that are learned. */
  LEARNED;

  private static final int MOST = 50;

  /**
   * {@return what a config of transformers says: {@code position_embedding_type}}
   *
   * @param config of DETR or of one of its kin
   */
  public static PositionEmbedding of(ConfigTree config) {
    String key = "position_embedding_type";
    config.only(key, "sine", "learned");
    return config.text(key, "sine").equals("sine") ? SINE : LEARNED;
  }

  /**
   * {@return the positions of all cells, row by row: [batch or 1, cells, channels]}
   *
   * @param s where learned ones are: {@code row_embeddings} and {@code column_embeddings}
   * @param sines how sines and cosines are made, and how many channels positions have
   * @param grid the map's size
   * @param mask of a map that images fill in part
   * @throws IllegalArgumentException if a map is larger than positions were learned for
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
              + " cells, and positions are learned for "
              + MOST
              + "x"
              + MOST
              + "; take smaller images");
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
