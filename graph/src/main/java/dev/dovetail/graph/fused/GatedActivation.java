package dev.dovetail.graph.fused;

import dev.dovetail.graph.FusedOp;
import dev.dovetail.graph.Op;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.TensorType;
import java.util.List;

/**
 * A gated linear unit (Shazeer 2020): {@code activation(gate) * value}. Operands: the gate and the
 * value side by side [..., 2 * width] and, if {@code bias}, a vector [2 * width] that is added
 * first. The result is [..., width].
 *
 * @param bias whether a bias is added first
 * @param activation the activation of the gate
 */
public record GatedActivation(boolean bias, Activation activation) implements FusedOp {

  /** The activation of the gate. */
  public enum Activation {
    /** SwiGLU: {@code x * sigmoid(x)}. */
    SILU,
    /** GEGLU: the exact GELU. */
    GELU
  }

  @Override
  public String onnxName() {
    return "GatedActivation";
  }

  /** {@return the operator with a bias} */
  public GatedActivation withBias() {
    return new GatedActivation(true, activation);
  }

  @Override
  public List<TensorType> infer(List<TensorType> in) {
    Op.require(in.size() == (bias ? 2 : 1), in.size() + " operands");
    Shape x = in.get(0).shape();
    int width = x.dim(-1);
    Op.require(width % 2 == 0, "the channels are not a gate and a value");
    Op.require(!bias || in.get(1).shape().equals(Shape.of(width)), "expected one bias per channel");
    return List.of(new TensorType(in.get(0).dtype(), x.with(x.rank() - 1, width / 2)));
  }
}
