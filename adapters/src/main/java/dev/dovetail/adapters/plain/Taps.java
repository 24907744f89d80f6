package dev.dovetail.adapters.plain;

import dev.dovetail.adapters.Adapter;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.Features;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/**
 * The maps of a plain backbone after some of its blocks, all at the backbone's own stride. They are
 * the input of the projectors of LW-DETR (Chen et al. 2024) and RF-DETR (Robinson et al. 2025).
 *
 * @param after number of blocks before each tap, ascending; 0 taps the output of the stem, an empty
 *     list that of the last block
 */
public record Taps(List<Integer> after) implements Adapter {

  /**
   * @throws IllegalArgumentException if a number is negative or the numbers are not ascending
   */
  public Taps {
    after = List.copyOf(after);
    boolean ascending = after.equals(after.stream().sorted().distinct().toList());
    if (!ascending || !after.isEmpty() && after.get(0) < 0) {
      throw new IllegalArgumentException(
          "Taps: after must be ascending numbers of blocks, but is " + after);
    }
  }

  /**
   * Returns an adapter that taps the last block.
   *
   * @return the adapter
   */
  public static Taps defaults() {
    return new Taps(List.of());
  }

  /**
   * {@inheritDoc} All maps have the stride of the backbone's only stage.
   *
   * @throws IllegalArgumentException if the backbone has several stages or too few blocks
   */
  @Override
  public FeaturePyramid apply(Scope s, Backbone backbone, Tensor image) {
    int stride = backbone.strides().get(0);
    return new FeaturePyramid(
        maps(s, backbone, image).stream()
            .map(map -> new FeaturePyramid.Level(map, stride))
            .toList());
  }

  /**
   * Computes the maps only, each [batch, channels, height, width].
   *
   * @param s the scope of the backbone's parameters
   * @param backbone a plain backbone
   * @param image [batch, 3, height, width], normalized
   * @throws IllegalArgumentException if the backbone has several stages or too few blocks
   */
  public List<Tensor> maps(Scope s, Backbone backbone, Tensor image) {
    return tapped(s, backbone, image, (x, done) -> backbone.output(s, x, 0, done));
  }

  /**
   * Computes the maps and the tokens before the grid.
   *
   * @param s the scope of the backbone's parameters
   * @param backbone a plain backbone
   * @param image [batch, 3, height, width], normalized
   * @throws IllegalArgumentException if the backbone has several stages or too few blocks
   */
  public List<Features> tokens(Scope s, Backbone backbone, Tensor image) {
    return tapped(s, backbone, image, (x, done) -> backbone.tokens(s, x, 0, done));
  }

  /**
   * @param tap computes a value from the features after a tapped block and the number of preceding
   *     blocks
   */
  private <T> List<T> tapped(
      Scope s, Backbone backbone, Tensor image, BiFunction<Features, Integer, T> tap) {
    if (backbone.stages().size() != 1) {
      throw new IllegalArgumentException(
          "taps are for plain backbones, but this one has stages of strides "
              + backbone.strides()
              + "; use the adapter 'plain' for their maps");
    }
    int depth = backbone.stages().get(0).blocks();
    List<Integer> ends = after.isEmpty() ? List.of(depth) : after;
    if (ends.get(ends.size() - 1) > depth) {
      throw new IllegalArgumentException(
          "Taps: after " + after + " names more blocks than the backbone's " + depth);
    }
    List<T> taken = new ArrayList<>();
    Features x = backbone.stem(s, image);
    int done = 0;
    for (int end : ends) {
      x = backbone.blocks(s, x, 0, done, end);
      done = end;
      taken.add(tap.apply(x, done));
    }
    // Later blocks have no effect but are part of the model and its checkpoint.
    backbone.blocks(s, x, 0, done, depth);
    return taken;
  }
}
