package dev.dovetail.graph.nn;

import dev.dovetail.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Tokens of several maps, concatenated, each map row by row.
 *
 * @param tokens [batch, cells of all grids, channels]
 * @param grids the maps' sizes in the order of the tokens
 */
public record TokenPyramid(Tensor tokens, List<Extent> grids) {

  /** A layer that is applied to the map of each level. */
  @FunctionalInterface
  public interface MapLayer {
    /**
     * Applies the layer to one level.
     *
     * @param map [batch, channels, height, width]
     * @param level the index, from 0
     * @return [batch, channels', height, width]
     */
    Tensor apply(Tensor map, int level);
  }

  /**
   * Checks the number of tokens.
   *
   * @throws IllegalArgumentException if it is not the number of cells
   */
  public TokenPyramid {
    grids = List.copyOf(grids);
    int cells = grids.stream().mapToInt(Extent::area).sum();
    if (tokens.rank() != 3 || tokens.dim(1) != cells) {
      throw new IllegalArgumentException(
          "tokens " + tokens.shape() + " are not the " + cells + " cells of the grids " + grids);
    }
  }

  /**
   * Flattens maps [batch, channels, height, width] to tokens.
   *
   * @param maps one map per level
   * @return the tokens, level by level
   */
  public static TokenPyramid ofMaps(List<Tensor> maps) {
    List<Tensor> flat = maps.stream().map(m -> m.flatten(2, 3)).toList();
    return new TokenPyramid(
        Tensor.concat(2, flat).permute(0, 2, 1), maps.stream().map(Extent::of).toList());
  }

  /** {@return the maps [batch, channels, height, width]} */
  public List<Tensor> maps() {
    Tensor channelsFirst = tokens.permute(0, 2, 1);
    List<Tensor> flat =
        grids.size() == 1 ? List.of(channelsFirst) : channelsFirst.split(2, sizes());
    List<Tensor> maps = new ArrayList<>();
    for (int i = 0; i < flat.size(); i++) {
      Extent grid = grids.get(i);
      maps.add(flat.get(i).reshape(tokens.dim(0), tokens.dim(2), grid.height(), grid.width()));
    }
    return maps;
  }

  /**
   * {@return the tokens after a layer is applied to each map}
   *
   * @param layer preserves the height and width of each map
   */
  public TokenPyramid eachMap(MapLayer layer) {
    List<Tensor> maps = maps();
    return ofMaps(
        IntStream.range(0, maps.size()).mapToObj(i -> layer.apply(maps.get(i), i)).toList());
  }

  /**
   * {@return other tokens with the same grids}
   *
   * @param others [batch, tokens, channels]
   */
  public TokenPyramid with(Tensor others) {
    return new TokenPyramid(others, grids);
  }

  /**
   * {@return the tokens after {@code x [batch, cells, channels]} is added to those of one map}
   *
   * @param level the index, from 0
   * @param x the values to add
   */
  public TokenPyramid plusAt(int level, Tensor x) {
    List<Tensor> parts = new ArrayList<>(tokens.split(1, sizes()));
    parts.set(level, parts.get(level).plus(x));
    return with(Tensor.concat(1, parts));
  }

  /** Returns the center of every token's cell as x, y from 0 to 1 over its map. */
  double[] centres() {
    double[] centres = new double[2 * tokens.dim(1)];
    int i = 0;
    for (Extent grid : grids) {
      for (int cell = 0; cell < grid.area(); cell++) {
        centres[i++] = (cell % grid.width() + 0.5) / grid.width();
        centres[i++] = (cell / grid.width() + 0.5) / grid.height();
      }
    }
    return centres;
  }

  private int[] sizes() {
    return grids.stream().mapToInt(Extent::area).toArray();
  }
}
