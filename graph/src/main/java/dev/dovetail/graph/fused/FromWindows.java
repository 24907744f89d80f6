package dev.dovetail.graph.fused;

import dev.dovetail.graph.FusedOp;
import dev.dovetail.graph.Op;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.TensorType;
import java.util.List;

/**
 * Moves tokens from windows back to their grid and removes the padding: operand [batch * windows,
 * places, channels], result [batch, height * width, channels].
 *
 * @param height rows of the grid
 * @param width columns of the grid
 * @param windowHeight rows of a window
 * @param windowWidth columns of a window
 */
public record FromWindows(int height, int width, int windowHeight, int windowWidth)
    implements FusedOp {

  @Override
  public String onnxName() {
    return "FromWindows";
  }

  /** {@return the number of rows of windows} */
  public int rows() {
    return (height + windowHeight - 1) / windowHeight;
  }

  /** {@return the number of columns of windows} */
  public int columns() {
    return (width + windowWidth - 1) / windowWidth;
  }

  @Override
  public List<TensorType> infer(List<TensorType> in) {
    Shape x = in.get(0).shape();
    int windows = rows() * columns();
    Op.require(
        x.rank() == 3 && x.dim(0) % windows == 0 && x.dim(1) == windowHeight * windowWidth,
        "is not of " + windows + " windows of " + windowHeight + "x" + windowWidth);
    return List.of(
        new TensorType(in.get(0).dtype(), Shape.of(x.dim(0) / windows, height * width, x.dim(2))));
  }
}
