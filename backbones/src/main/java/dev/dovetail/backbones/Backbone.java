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

  /** {@return the stages, finest first} */
  List<Stage> stages();

  /** {@return pixels from one grid cell to the next in each stage} */
  default List<Integer> strides() {
    return stages().stream().map(Stage::stride).toList();
  }

  /**
   * What comes before the first block.
   *
   * @param s where its parameters are
   * @param image [batch, 3, height, width], normalised
   * @return the input of the first block
   */
  Features stem(Scope s, Tensor image);

  /**
   * Blocks {@code from} (inclusive) to {@code to} (exclusive) of a stage.
   *
   * @param s where its parameters are
   * @param x what {@link #stem} or the block before gave
   * @param stage counted from 0
   * @param from the first block, counted from 0
   * @param to the block after the last
   * @return what the last of them gives
   */
  Features blocks(Scope s, Features x, int stage, int from, int to);

  /**
   * How often training drops a branch of a block, over how often it drops one of the last block
   * ({@link Scope#dropPath(Tensor, double)}): evenly more from block to block over all stages, from
   * 0 in the first block to 1 in the last.
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
   * What each stage ends with when all blocks run.
   *
   * @param s where its parameters are
   * @param image [batch, 3, height, width], normalised
   * @return one for each stage
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
   * @param s where its parameters are
   * @param x what the stage's last block (or another, where a plain backbone is tapped) gave
   * @param stage counted from 0
   * @return [batch, channels, height, width]
   */
  default Tensor output(Scope s, Features x, int stage) {
    return x.map();
  }

  /**
   * The same after some of the stage's blocks: what a plain backbone that is tapped in several
   * places gives in each.
   *
   * @param s where its parameters are
   * @param x what the last of these blocks gave
   * @param stage counted from 0
   * @param blocks how many of the stage's blocks have run
   * @return [batch, channels, height, width]
   */
  default Tensor output(Scope s, Features x, int stage, int blocks) {
    return output(s, x, stage);
  }

  /**
   * The same with the tokens before the grid, for those who read a class token.
   *
   * @param s where the backbone's parameters are
   * @param x what the last of these blocks gave
   * @param stage counted from 0
   * @param blocks how many of the stage's blocks have run
   * @return the tokens, normalised where the map is
   */
  default Features tokens(Scope s, Features x, int stage, int blocks) {
    return x.prefix() == 0 ? Features.ofMap(output(s, x, stage, blocks), x.stride()) : x;
  }
}
