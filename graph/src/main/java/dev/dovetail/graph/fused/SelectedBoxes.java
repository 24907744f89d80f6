package dev.dovetail.graph.fused;

import dev.dovetail.core.DType;
import dev.dovetail.graph.FusedOp;
import dev.dovetail.graph.Op;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.TensorType;
import java.util.List;

/**
 * The result of ONNX's {@code NonMaxSuppression} from the results of {@link GreedySelection}.
 * Operands: indices of boxes, int64 [images, max]; the number of boxes of each image, int64
 * [images], if there are several; and the number of all boxes, int64 [1]. The result is int64 [m,
 * 3]: image, class (0) and box, image by image.
 *
 * @param images number of images
 */
public record SelectedBoxes(int images) implements FusedOp {

  @Override
  public String onnxName() {
    return "SelectedBoxes";
  }

  @Override
  public boolean isSize(int operand) {
    return operand == (images > 1 ? 2 : 1);
  }

  @Override
  public List<TensorType> infer(List<TensorType> in) {
    Op.require(in.size() == (images > 1 ? 3 : 2), in.size() + " operands");
    Shape boxes = in.get(0).shape();
    Op.require(
        boxes.isStatic()
            && boxes.rank() == 2
            && boxes.dim(0) == images
            && in.get(0).dtype() == DType.INT64,
        "indices of boxes are not int64 [" + images + ", max]");
    Op.require(
        in.get(1).equals(TensorType.of(DType.INT64, images)),
        "numbers of boxes are not int64 [" + images + "]");
    Op.require(
        in.get(in.size() - 1).equals(TensorType.of(DType.INT64, 1)),
        "the number of boxes is not int64 [1]");
    return List.of(TensorType.of(DType.INT64, Shape.UNKNOWN, 3));
  }

  @Override
  public List<Shape> shapes(List<TensorType> in, long[] sizes) {
    if (sizes[0] < 0 || sizes[0] > in.get(0).shape().elements()) {
      throw new IllegalArgumentException(
          sizes[0] + " boxes were selected, expected at most " + in.get(0).shape().elements());
    }
    return List.of(Shape.of((int) sizes[0], 3));
  }
}
