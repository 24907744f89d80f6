package dev.dovetail.backbones;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A feature extractor that can be cut between any two blocks, so that an adapter can interleave
 * with it. A plain vision transformer has one stage; a hierarchical one has a stage for every
 * stride, and moves to the next resolution at the start of a stage's block 0.
 *
 * <p>An implementation is a record of hyper-parameters. All of its methods write into the scope
 * that they are given, which an adapter shares.
 */
public interface Backbone {

  List<Stage> stages();

  /** Pixels from one grid cell to the next in each stage. */
  default List<Integer> strides() {
    return stages().stream().map(Stage::stride).toList();
  }

  /**
   * What comes before the first block.
   *
   * @param image [batch, 3, height, width], normalised
   */
  Features stem(Scope s, Tensor image);

  /**
   * Blocks {@code from} (inclusive) to {@code to} (exclusive) of a stage.
   *
   * @param x what {@link #stem} or the block before gave
   */
  Features blocks(Scope s, Features x, int stage, int from, int to);

  /**
   * What each stage ends with when all blocks run.
   *
   * @param image [batch, 3, height, width], normalised
   */
  default List<Features> features(Scope s, Tensor image) {
    List<Features> ends = new ArrayList<>();
    Features x = stem(s, image);
    for (int i = 0; i < stages().size(); i++) {
      x = blocks(s, x, i, 0, stages().get(i).blocks());
      ends.add(x);
    }
    return List.copyOf(ends);
  }

  /**
   * The map that a stage gives to a neck or a head: the grid as it is, or normalised where
   * published detection checkpoints have a norm for each stage.
   *
   * @param x what the stage's last block (or another, where a plain backbone is tapped) gave
   * @return [batch, channels, height, width]
   */
  default Tensor output(Scope s, Features x, int stage) {
    return x.map();
  }
}
