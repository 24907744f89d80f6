package dev.dovetail.train.engine;

import dev.dovetail.graph.Node;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Says what a run of the graph drops. */
@FunctionalInterface
public interface Masks {

  /**
   * What the operand of a node is multiplied by.
   *
   * @param node where it is; its operator is a {@link dev.dovetail.graph.Elementwise.Dropout}
   * @param rate the share dropped
   * @param type the element type of what is dropped
   * @param dims the extents of the operand, 1 along axes whose elements are dropped together
   * @return of these extents, or as many elements; 0 where it is dropped, and {@code 1 / (1 -
   *     rate)} where it is kept, so that the mean stays
   */
  Tensor mask(Node node, double rate, ScalarType type, long... dims);

  /**
   * {@return random masks, the same for the same seed and step}
   *
   * @param seed where the random numbers begin
   */
  static RandomMasks random(long seed) {
    return new RandomMasks(seed);
  }

  /** {@return masks that drop nothing, for checks} */
  static Masks none() {
    return (node, rate, type, dims) -> torch.ones(dims, new TensorOptions(type));
  }
}
