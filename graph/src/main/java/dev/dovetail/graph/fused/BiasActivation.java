package dev.dovetail.graph.fused;

import dev.dovetail.graph.FusedOp;
import dev.dovetail.graph.Op;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.TensorType;
import java.util.List;

/**
 * {@code activation(x + bias)}: operands x and, if {@code bias}, a vector along the axis of the
 * channels.
 *
 * @param axis the axis of the channels: 1 for maps [batch, channels, height, width], -1 for tokens
 *     [..., channels]
 * @param bias whether a bias is added first
 * @param activation the activation
 * @param times the number of times that the activation is applied
 */
public record BiasActivation(int axis, boolean bias, Activation activation, int times)
    implements FusedOp {

  /** An activation. */
  public enum Activation {
    /** None. */
    IDENTITY,
    /** The larger of the value and 0. */
    RELU,
    /** The exact GELU. */
    GELU
  }

  @Override
  public String onnxName() {
    return "BiasActivation";
  }

  @Override
  public List<TensorType> infer(List<TensorType> in) {
    Op.require(in.size() == (bias ? 2 : 1), in.size() + " operands");
    Op.require(
        !bias || in.get(1).shape().equals(Shape.of(in.get(0).shape().dim(axis))),
        "expected one bias per channel");
    return List.of(in.get(0));
  }
}
