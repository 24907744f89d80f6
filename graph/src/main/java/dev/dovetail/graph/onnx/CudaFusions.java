package dev.dovetail.graph.onnx;

import dev.dovetail.graph.Fusion;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Lowering;
import dev.dovetail.graph.Movement;
import dev.dovetail.graph.Node;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.fused.Fusions;
import dev.dovetail.graph.fused.ResidualNorm;
import dev.dovetail.graph.fused.ToWindows;
import dev.dovetail.graph.nn.Extent;
import dev.dovetail.graph.nn.Linear;
import dev.dovetail.graph.nn.Windows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds what fused operators compute, and expresses it in ONNX Runtime's own operators that compute
 * it with few kernels on a GPU. One instance per graph.
 *
 * <ul>
 *   <li>A residual sum, the bias before it and the norm after it become one operator, {@code
 *       SkipLayerNormalization}.
 *   <li>The product that computes queries, keys and values also adds their bias, and its input is
 *       moved to windows instead of its result, which is three times as wide.
 * </ul>
 */
final class CudaFusions {

  /** Half-precision rows of a multiple of as many channels begin at sectors of 32 bytes. */
  private static final int ALIGNMENT = 16;

  private final Map<Shape, Tensor> indicators = new HashMap<>();

  private CudaFusions() {}

  /** {@return an equivalent graph, which {@link OnnxWriter} can write} */
  static Graph of(Graph graph) {
    CudaFusions forms = new CudaFusions();
    return graph.fused(Fusions.in(graph, CudaFusions::isSupported)).rewrite(forms::form);
  }

  private static boolean isSupported(Fusion fusion) {
    if (fusion.op() instanceof ToWindows op) {
      return op.bias(); // also without windows: the channels for the bias are fewer bytes than it
    }
    return fusion.op() instanceof ResidualNorm op
        && op.branch()
        && op.norm()
        && fusion.results().get(0).rank() <= 3;
  }

  private Optional<Tensor> form(Node node, List<Tensor> operands) {
    if (node.op() instanceof ToWindows op) {
      return Optional.of(productInWindows(op, operands.get(0), operands.get(1)));
    }
    return node.op() instanceof ResidualNorm op && op.gamma()
        ? Optional.of(withoutGamma(op, operands))
        : Optional.empty();
  }

  /**
   * Moves the input of a product to windows, and multiplies and splits it there. An additional
   * channel is 1 in the grid, and its weight is the bias. Places outside the grid are zeros in all
   * channels, so they remain zeros, without the bias. A window as large as the grid moves nothing.
   */
  private Tensor productInWindows(ToWindows op, Tensor product, Tensor bias) {
    Node linear = linear(product);
    Tensor weight = linear.inputs().get(1);
    int width = weight.dim(1);
    int added = ALIGNMENT - width % ALIGNMENT;
    float[] one = new float[added];
    one[0] = 1;
    Tensor indicator = product.constant(TensorData.of(one, 1, added));
    Tensor x = linear.inputs().get(0).reshape(product.dim(0), product.dim(1), width);
    Tensor inGrid =
        indicators.computeIfAbsent(x.shape().with(2, added), s -> indicator.expand(s.dims()));
    Tensor windows =
        new Windows(
                new Extent(op.height(), op.width()),
                new Extent(op.windowHeight(), op.windowWidth()))
            .partitionWithoutFusion(Tensor.concat(2, x, inGrid));
    Tensor wider = Tensor.concat(1, weight, bias.reshape(bias.dim(0), 1).times(indicator));
    Tensor inside = Lowering.inPlaceOf(linear, () -> Linear.apply(windows, wider));
    return inside.chunk(op.parts(), 2).get(0);
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
