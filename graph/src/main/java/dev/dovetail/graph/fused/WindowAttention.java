package dev.dovetail.graph.fused;

import dev.dovetail.graph.FusedOp;
import dev.dovetail.graph.Op;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.TensorType;
import java.util.List;

/**
 * Multi-head attention inside the shifted windows of a grid (Liu et al. 2021, section 3.2), from
 * the grid and back to it.
 *
 * <p>Operands, if {@code joint}: queries, keys and values side by side [batch, cells, 3 * width],
 * and a vector [3 * width] that is first added to every token; places of a window without a cell
 * are equal to the vector. Otherwise: query, key and value, each [batch, cells, width], or [batch,
 * cells + 1, width] with the token of places without a cell at the end. Then a bias for each pair
 * of places [1, heads, places, places], which is added to the scaled products. The result is
 * [batch, cells, width] with the heads concatenated.
 *
 * @param windows the windows
 * @param heads number of attention heads
 * @param scale the factor of the products of query and key
 * @param hidden added to the scaled products of places in different regions
 * @param joint whether query, key and value are one operand
 */
public record WindowAttention(
    Windows windows, int heads, double scale, double hidden, boolean joint) implements FusedOp {

  /**
   * Windows over a grid that is rolled and padded to whole windows. The last rows and columns,
   * which come from the opposite ends of the grid, are different regions.
   *
   * @param height rows of the grid
   * @param width columns of the grid
   * @param windowHeight rows of a window
   * @param windowWidth columns of a window
   * @param up rows by which the grid is rolled up; less than a window
   * @param left columns by which the grid is rolled to the left; less than a window
   * @param padFirst whether the grid is padded before it is rolled
   */
  public record Windows(
      int height,
      int width,
      int windowHeight,
      int windowWidth,
      int up,
      int left,
      boolean padFirst) {

    /** {@return the number of cells of the grid} */
    public int cells() {
      return height * width;
    }

    /** {@return the number of places of a window} */
    public int places() {
      return windowHeight * windowWidth;
    }

    /** {@return the number of windows of a grid} */
    public int count() {
      return (height + windowHeight - 1) / windowHeight * ((width + windowWidth - 1) / windowWidth);
    }

    /** {@return whether there are places without a cell} */
    public boolean hasPadding() {
      return count() * places() > cells();
    }
  }

  @Override
  public String onnxName() {
    return "WindowAttention";
  }

  /** {@return the operator with one operand for query, key and value, and their bias} */
  public WindowAttention jointly() {
    return new WindowAttention(windows, heads, scale, hidden, true);
  }

  @Override
  public List<TensorType> infer(List<TensorType> in) {
    Op.require(in.size() == (joint ? 3 : 4), in.size() + " operands");
    Shape tokens = in.get(0).shape();
    int parts = joint ? 3 : 1;
    Op.require(
        tokens.rank() == 3 && tokens.dim(2) % (parts * heads) == 0,
        "needs tokens [batch, cells, width] of " + heads + " heads");
    int end = !joint && windows.hasPadding() ? 1 : 0;
    Op.require(tokens.dim(1) == windows.cells() + end, "is not of " + windows.cells() + " cells");
    Op.require(
        joint
            ? in.get(1).shape().equals(Shape.of(tokens.dim(2)))
            : in.get(1).shape().equals(tokens) && in.get(2).shape().equals(tokens),
        "the shapes of query, key and value do not match");
    int places = windows.places();
    Op.require(
        in.get(in.size() - 1).shape().equals(Shape.of(1, heads, places, places)),
        "the bias is not of " + heads + " heads and " + places + " places");
    Shape out = Shape.of(tokens.dim(0), windows.cells(), tokens.dim(2) / parts);
    return List.of(new TensorType(in.get(0).dtype(), out));
  }
}
