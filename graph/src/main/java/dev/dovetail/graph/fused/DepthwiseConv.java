package dev.dovetail.graph.fused;

import dev.dovetail.graph.Convolution;
import dev.dovetail.graph.FusedOp;
import dev.dovetail.graph.Op;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.TensorType;
import java.util.List;

/**
 * A depthwise convolution: operands x [batch, channels, height, width], weight [channels, 1,
 * kernel, kernel] and, if {@code bias}, bias [channels].
 *
 * @param stride stride along both axes
 * @param padding number of zeros on each side
 * @param bias whether a bias is added
 */
public record DepthwiseConv(int stride, int padding, boolean bias) implements FusedOp {

  @Override
  public String onnxName() {
    return "DepthwiseConv";
  }

  @Override
  public List<TensorType> infer(List<TensorType> in) {
    Op.require(in.size() == (bias ? 3 : 2), in.size() + " operands");
    Shape x = in.get(0).shape();
    Shape weight = in.get(1).shape();
    Op.require(
        weight.rank() == 4 && weight.dim(1) == 1 && weight.dim(2) == weight.dim(3),
        "the weight " + weight + " is not [channels, 1, kernel, kernel]");
    Op.require(
        !bias || in.get(2).shape().equals(Shape.of(weight.dim(0))),
        "expected one bias per channel");
    return new Convolution.Conv(stride, padding, x.dim(1)).infer(in.subList(0, 2));
  }
}
