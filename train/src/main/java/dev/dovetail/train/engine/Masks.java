package dev.dovetail.train.engine;

import dev.dovetail.graph.Node;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Specifies what a run of the graph drops. */
@FunctionalInterface
public interface Masks {

  /**
   * Returns the mask by which the operand of a node is multiplied.
   *
   * @param node the node; its operator is a {@link dev.dovetail.graph.Elementwise.Dropout}
   * @param rate the share of dropped elements
   * @param type the element type of the operand
   * @param dims the shape of the operand, with 1 for axes whose elements are dropped together
   * @return a tensor of this shape, or with as many elements: 0 for dropped elements, {@code 1 / (1
   *     - rate)} for others, so that the mean is preserved
   */
  Tensor mask(Node node, double rate, ScalarType type, long... dims);

  /**
   * {@return random masks, which are the same for the same seed and step}
   *
   * @param seed the seed of the random numbers
   */
  static RandomMasks random(long seed) {
    return new RandomMasks(seed);
  }

  /** {@return masks that drop nothing, for checks} */
  static Masks none() {
    return (node, rate, type, dims) -> torch.ones(dims, new TensorOptions(type));
  }
}
