package dev.dovetail.graph.network;

import dev.dovetail.graph.Tensor;
import java.util.List;

/** Feature maps [batch, channels, height, width] of one image batch at ascending strides. */
public record FeaturePyramid(List<Level> levels) {

  /**
   * One map.
   *
   * @param stride pixels from one cell to the next; 0 if that is not an integer
   */
  public record Level(Tensor map, int stride) {

    /**
     * {@return a level with a map}
     *
     * @param map [batch, channels, height, width]
     * @param stride pixels from one cell to the next; fractional strides are not kept
     */
    public static Level of(Tensor map, double stride) {
      return new Level(map, stride == Math.rint(stride) ? (int) stride : 0);
    }

    /** {@return whether the stride is an integer} */
    public boolean hasStride() {
      return stride > 0;
    }

    /**
     * {@return pixels from one cell to the next}
     *
     * @throws IllegalArgumentException if the stride is not an integer, so that cells have no exact
     *     position in the image
     */
    @Override
    public int stride() {
      if (!hasStride()) {
        throw new IllegalArgumentException(
            "the stride of a map "
                + map.shape()
                + " is not an integer, which later parts of the model require");
      }
      return stride;
    }
  }

  /**
   * Copies the levels.
   *
   * @param levels finest first
   */
  public FeaturePyramid {
    levels = List.copyOf(levels);
  }

  /**
   * Creates a pyramid of maps at strides {@code first}, twice that, and so on.
   *
   * @param first the stride of the first map
   * @param maps finest first
   * @return the pyramid
   */
  public static FeaturePyramid from(int first, List<Tensor> maps) {
    return new FeaturePyramid(
        java.util.stream.IntStream.range(0, maps.size())
            .mapToObj(i -> new Level(maps.get(i), first << i))
            .toList());
  }

  /**
   * {@return the map of a level, [batch, channels, height, width]}
   *
   * @param level the index, from 0 for the finest
   */
  public Tensor map(int level) {
    return levels.get(level).map();
  }

  /**
   * {@return a pyramid of only the coarsest levels}
   *
   * @param count number of levels, at most all
   * @throws IllegalArgumentException if the pyramid has fewer levels
   */
  public FeaturePyramid coarsest(int count) {
    if (count < 1 || count > levels.size()) {
      throw new IllegalArgumentException(
          "there are " + levels.size() + " levels of features, but " + count + " are needed");
    }
    return new FeaturePyramid(levels.subList(levels.size() - count, levels.size()));
  }

  /** {@return all maps, finest first} */
  public List<Tensor> maps() {
    return levels.stream().map(Level::map).toList();
  }
}
