package dev.dovetail.graph.network;

import dev.dovetail.graph.Tensor;
import java.util.List;

/** Maps [batch, channels, height, width] of one image batch at ascending strides. */
public record FeaturePyramid(List<Level> levels) {

  /**
   * One map.
   *
   * @param stride pixels from one cell to the next; 0 if that is not a whole number
   */
  public record Level(Tensor map, int stride) {

    /**
     * {@return a level of a map}
     *
     * @param map [batch, channels, height, width]
     * @param stride pixels from one cell to the next, of which only whole numbers are kept
     */
    public static Level of(Tensor map, double stride) {
      return new Level(map, stride == Math.rint(stride) ? (int) stride : 0);
    }

    /** {@return whether there is a whole number of pixels from one cell to the next} */
    public boolean hasStride() {
      return stride > 0;
    }

    /**
     * {@return pixels from one cell to the next}
     *
     * @throws IllegalArgumentException if these are not a whole number: places in the image cannot
     *     be told from cells
     */
    @Override
    public int stride() {
      if (!hasStride()) {
        throw new IllegalArgumentException(
            "the cells of a map "
                + map.shape()
                + " are not a whole number of pixels apart, which the parts after it need");
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
   * Maps at strides {@code first}, twice that, and so on.
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
   * @param level counted from 0, the finest
   */
  public Tensor map(int level) {
    return levels.get(level).map();
  }

  /**
   * {@return the pyramid of the coarsest levels alone}
   *
   * @param count how many, at most as many as there are
   * @throws IllegalArgumentException if there are fewer
   */
  public FeaturePyramid coarsest(int count) {
    if (count < 1 || count > levels.size()) {
      throw new IllegalArgumentException(
          "there are " + levels.size() + " levels of features, and " + count + " are needed");
    }
    return new FeaturePyramid(levels.subList(levels.size() - count, levels.size()));
  }

  /** {@return all maps, finest first} */
  public List<Tensor> maps() {
    return levels.stream().map(Level::map).toList();
  }
}
