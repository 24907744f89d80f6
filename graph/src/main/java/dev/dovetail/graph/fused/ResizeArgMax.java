package dev.dovetail.graph.fused;

import dev.dovetail.core.DType;
import dev.dovetail.graph.FusedOp;
import dev.dovetail.graph.Op;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.TensorType;
import java.util.List;

/**
 * The class with the highest score for every pixel, the first of several: resizes scores to {@code
 * height x width}, removes padding at the bottom and on the right, resizes to the size of the
 * result, and takes the arg-max over the classes. Resizing is bilinear, with half-pixel centers and
 * repeated edges.
 *
 * <p>Operands: scores [batch, classes, rows, columns]; if {@code cropped}, the height and the width
 * without padding, int64 [] each; height and width of the result, int64 [2]. The result is [batch,
 * ?, ?].
 *
 * @param height the height before padding is removed; that of the scores if they are resized once
 * @param width the width before padding is removed
 * @param cropped whether padding is removed
 * @param labels the element type of the result
 */
public record ResizeArgMax(int height, int width, boolean cropped, DType labels)
    implements FusedOp {

  @Override
  public String onnxName() {
    return "ResizeArgMax";
  }

  @Override
  public boolean isSize(int operand) {
    return operand > 0;
  }

  @Override
  public List<TensorType> infer(List<TensorType> in) {
    Op.require(in.size() == (cropped ? 4 : 2), in.size() + " operands");
    Shape x = in.get(0).shape();
    Op.require(x.rank() == 4, "scores are not [batch, classes, height, width]");
    for (TensorType size : in.subList(1, in.size())) {
      Op.require(size.dtype() == DType.INT64, "sizes are not int64");
    }
    Op.require(in.get(in.size() - 1).shape().equals(Shape.of(2)), "needs a height and a width");
    for (TensorType size : in.subList(1, in.size() - 1)) {
      Op.require(size.shape().rank() == 0, "a size without padding is not a single number");
    }
    return List.of(new TensorType(labels, Shape.of(x.dim(0), Shape.UNKNOWN, Shape.UNKNOWN)));
  }

  @Override
  public List<Shape> shapes(List<TensorType> in, long[] sizes) {
    int batch = in.get(0).shape().dim(0);
    long rows = sizes[sizes.length - 2];
    long columns = sizes[sizes.length - 1];
    if (cropped && (sizes[0] < 1 || sizes[0] > height || sizes[1] < 1 || sizes[1] > width)) {
      throw new IllegalArgumentException(
          "an image of "
              + sizes[0]
              + "x"
              + sizes[1]
              + " pixels (height x width) is not part of maps of "
              + height
              + "x"
              + width);
    }
    if (rows < 1 || columns < 1 || rows > Integer.MAX_VALUE / columns / batch) {
      throw new IllegalArgumentException(
          batch + " label maps cannot have " + rows + "x" + columns + " pixels (height x width)");
    }
    return List.of(Shape.of(batch, (int) rows, (int) columns));
  }
}
