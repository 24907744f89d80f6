package dev.dovetail.graph.fused;

import dev.dovetail.graph.FusedOp;
import dev.dovetail.graph.Op;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The end of one branch of a transformer block and the norm of the next: {@code sum = x + (y +
 * bias) * gamma}, {@code normed = layerNorm(sum) * weight + shift}. Without a branch, {@code sum =
 * x + bias}.
 *
 * <p>Operands: x [..., width]; y of the same shape if {@code branch}; bias [width] if {@code bias};
 * gamma [width] if {@code gamma}; weight and shift [width] if {@code norm}. Results: sum, if there
 * is a branch; normed, if there is a norm.
 *
 * @param branch whether there is an operand y
 * @param bias whether y, or x without a branch, has a bias
 * @param gamma whether there is a layer scale
 * @param norm whether there is a norm
 * @param epsilon the epsilon of the norm
 */
public record ResidualNorm(
    boolean branch, boolean bias, boolean gamma, boolean norm, double epsilon) implements FusedOp {

  @Override
  public String onnxName() {
    return "ResidualNorm";
  }

  /** {@return the operator with a bias of the branch} */
  public ResidualNorm withBias() {
    return new ResidualNorm(branch, true, gamma, norm, epsilon);
  }

  @Override
  public List<TensorType> infer(List<TensorType> in) {
    Op.require(branch || norm, "has neither a branch nor a norm");
    Op.require(branch || !gamma, "a layer scale needs a branch");
    int vectors = (bias ? 1 : 0) + (gamma ? 1 : 0) + (norm ? 2 : 0);
    Op.require(in.size() == 1 + (branch ? 1 : 0) + vectors, in.size() + " operands");
    Shape x = in.get(0).shape();
    Op.require(!branch || in.get(1).shape().equals(x), "the shape of the branch is not that of x");
    for (TensorType t : in.subList(in.size() - vectors, in.size())) {
      Op.require(t.shape().equals(Shape.of(x.dim(-1))), "the width of a vector is not that of x");
    }
    List<TensorType> out = new ArrayList<>();
    out.addAll(Collections.nCopies((branch ? 1 : 0) + (norm ? 1 : 0), in.get(0)));
    return out;
  }
}
