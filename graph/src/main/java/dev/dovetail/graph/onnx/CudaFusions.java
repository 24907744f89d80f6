package dev.dovetail.graph.onnx;

import dev.dovetail.graph.Fusion;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Lowering;
import dev.dovetail.graph.Movement;
import dev.dovetail.graph.Node;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.fused.Fusions;
import dev.dovetail.graph.fused.ResidualNorm;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Inserts the fused operators that ONNX Runtime's own operators can compute on a GPU: a residual
 * sum with the bias before it and the norm after it ({@code SkipLayerNormalization}).
 */
final class CudaFusions {

  private CudaFusions() {}

  /** {@return a graph with fused operators that {@link OnnxWriter} can write for ONNX Runtime} */
  static Graph of(Graph graph) {
    return graph.fused(Fusions.in(graph, CudaFusions::isSupported)).rewrite(CudaFusions::form);
  }

  private static boolean isSupported(Fusion fusion) {
    return fusion.op() instanceof ResidualNorm op
        && op.branch()
        && op.norm()
        && fusion.results().get(0).rank() <= 3;
  }

  private static Optional<Tensor> form(Node node, List<Tensor> operands) {
    return node.op() instanceof ResidualNorm op && op.gamma()
        ? Optional.of(withoutGamma(op, operands))
        : Optional.empty();
  }

  /**
   * Multiplies the weight and the bias of the branch by the layer scale. The products depend only
   * on parameters.
   */
  private static Tensor withoutGamma(ResidualNorm op, List<Tensor> operands) {
    List<Tensor> others = new ArrayList<>(operands.subList(1, operands.size()));
    Tensor y = others.get(0);
    Tensor gamma = others.remove(op.bias() ? 2 : 1);
    if (op.bias()) {
      others.set(0, scaledProduct(y, gamma));
      others.set(1, others.get(1).times(gamma));
    } else {
      others.set(0, y.times(gamma));
    }
    return operands
        .get(0)
        .apply(
            new ResidualNorm(true, op.bias(), false, true, op.epsilon()),
            others.toArray(Tensor[]::new));
  }

  private static Tensor scaledProduct(Tensor y, Tensor gamma) {
    Node linear = linear(y);
    return Lowering.inPlaceOf(
        linear,
        () -> {
          Tensor weight = linear.inputs().get(1).times(gamma.reshape(gamma.dim(0), 1));
          return linear.inputs().get(0).apply(linear.op(), weight).reshape(y.shape().dims());
        });
  }

  /** Returns the linear layer whose result, without its bias, a fused operator reads. */
  private static Node linear(Tensor y) {
    return y.node().op() instanceof Movement.Reshape ? y.node().inputs().get(0).node() : y.node();
  }
}
