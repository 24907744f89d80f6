package dev.dovetail.graph.fused;

import dev.dovetail.graph.FusedOp;
import dev.dovetail.graph.Op;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.TensorType;
import java.util.Collections;
import java.util.List;

/**
 * Tokens of a grid in windows, with the channels cut into equal parts, such as queries, keys and
 * values: operand [batch, height * width, parts * channels], then, if {@code bias}, what is added
 * to every token first [parts * channels]. Where windows leave the grid there are zeros, without
 * the bias. Results: for each part [batch * windows, places, channels].
 *
 * @param height rows of the grid
 * @param width columns of the grid
 * @param windowHeight rows of a window
 * @param windowWidth columns of a window
 * @param parts results
 * @param bias whether a bias is added first
 */
public record ToWindows(
    int height, int width, int windowHeight, int windowWidth, int parts, boolean bias)
    implements FusedOp {

  @Override
  public String onnxName() {
    return "ToWindows";
  }

  /** {@return rows of windows} */
  public int rows() {
    return (height + windowHeight - 1) / windowHeight;
  }

  /** {@return columns of windows} */
  public int columns() {
    return (width + windowWidth - 1) / windowWidth;
  }

  /**
   * {@return the same with a bias or without one}
   *
   * @param value whether there is one
   */
  public ToWindows withBias(boolean value) {
    return new ToWindows(height, width, windowHeight, windowWidth, parts, value);
  }

  @Override
  public List<TensorType> infer(List<TensorType> in) {
    Shape x = in.get(0).shape();
    Op.require(
        x.rank() == 3 && x.dim(1) == height * width && x.dim(2) % parts == 0,
        "is not of " + height + "x" + width + " cells and " + parts + " parts");
    Op.require(in.size() == (bias ? 2 : 1), "needs a bias or none");
    Op.require(!bias || in.get(1).shape().equals(Shape.of(x.dim(2))), "the bias does not fit");
    Shape part =
        Shape.of(x.dim(0) * rows() * columns(), windowHeight * windowWidth, x.dim(2) / parts);
    return Collections.nCopies(parts, new TensorType(in.get(0).dtype(), part));
  }
}
