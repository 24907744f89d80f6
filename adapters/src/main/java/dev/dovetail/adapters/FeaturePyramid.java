package dev.dovetail.adapters;

import dev.dovetail.graph.Tensor;
import java.util.List;

/** Maps [batch, channels, height, width] of one image batch at ascending strides. */
public record FeaturePyramid(List<Level> levels) {

  /**
   * One map.
   *
   * @param stride pixels from one cell to the next
   */
  public record Level(Tensor map, int stride) {}

  public FeaturePyramid {
    levels = List.copyOf(levels);
  }

  /** Maps at strides {@code first}, twice that, and so on. */
  public static FeaturePyramid from(int first, List<Tensor> maps) {
    return new FeaturePyramid(
        java.util.stream.IntStream.range(0, maps.size())
            .mapToObj(i -> new Level(maps.get(i), first << i))
            .toList());
  }

  public Tensor map(int level) {
    return levels.get(level).map();
  }

  public List<Tensor> maps() {
    return levels.stream().map(Level::map).toList();
  }
}
