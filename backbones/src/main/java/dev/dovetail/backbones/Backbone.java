package dev.dovetail.backbones;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A feature extractor that runs block by block, so that an adapter can interleave with it. A plain
 * vision transformer has one stage. A hierarchical one has a stage for every stride, and block 0 of
 * a stage starts with the change of resolution.
 *
 * <p>An implementation is a record of hyperparameters. Its methods declare parameters in the scope
 * that is passed to them. An adapter uses the same scope.
 */
public interface Backbone {

  /** {@return the stages, finest first} */
  List<Stage> stages();

  /** {@return the stride of each stage in pixels} */
  default List<Integer> strides() {
    return stages().stream().map(Stage::stride).toList();
  }

  /**
   * Computes the input of the first block, for example the patch embedding.
   *
   * @param s the scope of its parameters
   * @param image [batch, 3, height, width], normalized
   * @return the input of the first block
   */
  Features stem(Scope s, Tensor image);

  /**
   * Runs blocks {@code from} (inclusive) to {@code to} (exclusive) of a stage.
   *
   * @param s the scope of its parameters
   * @param x the output of {@link #stem} or of the previous block
   * @param stage counted from 0
   * @param from the first block, counted from 0
   * @param to the block after the last
   * @return the output of the last of them
   */
  Features blocks(Scope s, Features x, int stage, int from, int to);

  /**
   * Returns the drop-path rate of a block as a fraction of the last block's ({@link
   * Scope#dropPath(Tensor, double)}). It rises linearly over the blocks of all stages, from 0 in
   * the first block to 1 in the last.
   *
   * @param stage counted from 0
   * @param block counted from 0 in its stage
   * @return from 0 to 1
   */
  default double dropShare(int stage, int block) {
    int before = stages().stream().limit(stage).mapToInt(Stage::blocks).sum();
    int all = stages().stream().mapToInt(Stage::blocks).sum();
    return (double) (before + block) / Math.max(all - 1, 1);
  }

  /**
   * Runs all blocks and returns the output of each stage.
   *
   * @param s the scope of its parameters
   * @param image [batch, 3, height, width], normalized
   * @return one element for each stage
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
   * Computes the feature map that a neck or a head reads from a stage: the unchanged grid, or the
   * normalized grid where published detection checkpoints have a norm for each stage.
   *
   * @param s the scope of its parameters
   * @param x the output of the stage's last block, or of an earlier block that is tapped
   * @param stage counted from 0
   * @return [batch, channels, height, width]
   */
  default Tensor output(Scope s, Features x, int stage) {
    return x.map();
  }

  /**
   * Computes the feature map after some of the stage's blocks, for plain backbones that are tapped
   * in several places.
   *
   * @param s the scope of its parameters
   * @param x the output of the last of these blocks
   * @param stage counted from 0
   * @param blocks how many of the stage's blocks have run
   * @return [batch, channels, height, width]
   */
  default Tensor output(Scope s, Features x, int stage, int blocks) {
    return output(s, x, stage);
  }

  /**
   * Computes the tokens that correspond to {@link #output(Scope, Features, int, int)}, including
   * those before the grid, for heads that read a class token.
   *
   * @param s the scope of the backbone's parameters
   * @param x the output of the last of these blocks
   * @param stage counted from 0
   * @param blocks how many of the stage's blocks have run
   * @return the tokens, normalized if the map is
   */
  default Features tokens(Scope s, Features x, int stage, int blocks) {
    return x.prefix() == 0 ? Features.ofMap(output(s, x, stage, blocks), x.stride()) : x;
  }
}
