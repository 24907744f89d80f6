package dev.dovetail.adapters;

import dev.dovetail.backbones.Features;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Tokens of several maps, one map after another, each row by row.
 *
 * @param tokens [batch, cells of all grids, channels]
 * @param grids the maps' sizes in the order of the tokens
 */
public record TokenPyramid(Tensor tokens, List<Grid> grids) {

  /**
   * Checks that tokens and grids agree.
   *
   * @param tokens [batch, cells of all grids, channels]
   * @param grids the maps' sizes in the order of the tokens
   */
  public TokenPyramid {
    grids = List.copyOf(grids);
    int cells = grids.stream().mapToInt(Grid::cells).sum();
    if (tokens.rank() != 3 || tokens.dim(1) != cells) {
      throw new IllegalArgumentException(
          "tokens " + tokens.shape() + " are not the " + cells + " cells of the grids " + grids);
    }
  }

  /**
   * The tokens of maps [batch, channels, height, width].
   *
   * @param maps one for each level
   * @return their tokens, level after level
   */
  public static TokenPyramid ofMaps(List<Tensor> maps) {
    List<Tensor> flat = maps.stream().map(m -> m.flatten(2, 3)).toList();
    return new TokenPyramid(
        Tensor.concat(2, flat).permute(0, 2, 1), maps.stream().map(Grid::of).toList());
  }

  /**
   * {@return the grid of a backbone's tokens; those before it are left out}
   *
   * @param x a backbone's tokens
   */
  public static TokenPyramid of(Features x) {
    return new TokenPyramid(x.grid(), List.of(new Grid(x.height(), x.width())));
  }

  /** The tokens of maps, a learned vector added to each level ({@code level_embed}). */
  static TokenPyramid withLevelEmbedding(Scope s, List<Tensor> maps) {
    int width = maps.get(0).dim(1);
    Tensor embedding = s.weight("level_embed", new Init.Normal(1), maps.size(), width);
    List<Tensor> embedded = new ArrayList<>();
    for (int i = 0; i < maps.size(); i++) {
      embedded.add(maps.get(i).plus(embedding.slice(0, i, i + 1).reshape(width, 1, 1)));
    }
    return ofMaps(embedded);
  }

  /** {@return the maps [batch, channels, height, width]} */
  public List<Tensor> maps() {
    Tensor channelsFirst = tokens.permute(0, 2, 1);
    List<Tensor> flat =
        grids.size() == 1 ? List.of(channelsFirst) : channelsFirst.split(2, sizes());
    List<Tensor> maps = new ArrayList<>();
    for (int i = 0; i < flat.size(); i++) {
      Grid grid = grids.get(i);
      maps.add(flat.get(i).reshape(tokens.dim(0), tokens.dim(2), grid.height(), grid.width()));
    }
    return maps;
  }

  /**
   * {@return other tokens at the same places}
   *
   * @param others [batch, tokens, channels]
   */
  public TokenPyramid with(Tensor others) {
    return new TokenPyramid(others, grids);
  }

  /**
   * {@return the same with {@code x [batch, cells, channels]} added to the tokens of one map}
   *
   * @param level counted from 0
   * @param x what to add
   */
  public TokenPyramid plusAt(int level, Tensor x) {
    List<Tensor> parts = new ArrayList<>(tokens.split(1, sizes()));
    parts.set(level, parts.get(level).plus(x));
    return with(Tensor.concat(1, parts));
  }

  /** The centre of every token's cell as x, y from 0 to 1 over its map. */
  double[] centres() {
    double[] centres = new double[2 * tokens.dim(1)];
    int i = 0;
    for (Grid grid : grids) {
      for (int cell = 0; cell < grid.cells(); cell++) {
        centres[i++] = (cell % grid.width() + 0.5) / grid.width();
        centres[i++] = (cell / grid.width() + 0.5) / grid.height();
      }
    }
    return centres;
  }

  private int[] sizes() {
    return grids.stream().mapToInt(Grid::cells).toArray();
  }
}
