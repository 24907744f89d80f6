package dev.dovetail.graph.fused;

import dev.dovetail.graph.FusedOp;
import dev.dovetail.graph.Op;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.TensorType;
import java.util.Collections;
import java.util.List;

/**
 * Moves tokens of a grid to windows and splits the channels into equal parts, such as queries, keys
 * and values: operand [batch, height * width, parts * channels], then, if {@code bias}, a vector
 * [parts * channels] that is first added to every token. Window positions outside the grid are
 * zeros, without the bias. Results: [batch * windows, places, channels] for each part.
 *
 * @param height rows of the grid
 * @param width columns of the grid
 * @param windowHeight rows of a window
 * @param windowWidth columns of a window
 * @param parts the number of results
 * @param bias whether a bias is added first
 */
public record ToWindows(
    int height, int width, int windowHeight, int windowWidth, int parts, boolean bias)
    implements FusedOp {

  @Override
  public String onnxName() {
    return "ToWindows";
  }

  /** {@return the number of rows of windows} */
  public int rows() {
    return (height + windowHeight - 1) / windowHeight;
  }

  /** {@return the number of columns of windows} */
  public int columns() {
    return (width + windowWidth - 1) / windowWidth;
  }

  /**
   * {@return the operator with or without a bias}
   *
   * @param value whether there is a bias
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
    Op.require(in.size() == (bias ? 2 : 1), "needs at most one bias");
    Op.require(
        !bias || in.get(1).shape().equals(Shape.of(x.dim(2))), "the shape of the bias is invalid");
    Shape part =
        Shape.of(x.dim(0) * rows() * columns(), windowHeight * windowWidth, x.dim(2) / parts);
    return Collections.nCopies(parts, new TensorType(in.get(0).dtype(), part));
  }
}
