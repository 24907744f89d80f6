package dev.dovetail.graph.fused;

import dev.dovetail.graph.FusedOp;
import dev.dovetail.graph.Op;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.TensorType;
import java.util.List;

/**
 * {@code gelu(x + bias)}: operands x [..., width] and, if {@code bias}, [width].
 *
 * @param bias whether a bias is added first
 * @param times the number of times that the GELU is applied
 */
public record BiasGelu(boolean bias, int times) implements FusedOp {

  @Override
  public String onnxName() {
    return "BiasGelu";
  }

  @Override
  public List<TensorType> infer(List<TensorType> in) {
    Op.require(in.size() == (bias ? 2 : 1), in.size() + " operands");
    Op.require(
        !bias || in.get(1).shape().equals(Shape.of(in.get(0).shape().dim(-1))),
        "the width of the bias is not that of x");
    return List.of(in.get(0));
  }
}
