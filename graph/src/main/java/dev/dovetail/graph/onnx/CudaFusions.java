package dev.dovetail.graph.onnx;

import dev.dovetail.graph.Fusion;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Lowering;
import dev.dovetail.graph.Movement;
import dev.dovetail.graph.Node;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.fused.BiasActivation;
import dev.dovetail.graph.fused.DeformableAttention;
import dev.dovetail.graph.fused.Fusions;
import dev.dovetail.graph.fused.ResidualNorm;
import dev.dovetail.graph.fused.ResizeArgMax;
import dev.dovetail.graph.fused.RotaryEmbedding;
import dev.dovetail.graph.fused.ToWindows;
import dev.dovetail.graph.fused.WindowAttention;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Finds what fused operators compute, and expresses it in ONNX Runtime's own operators that compute
 * it with few kernels on a GPU. One instance per graph.
 *
 * <ul>
 *   <li>A residual sum, the bias before it and the norm after it become one operator, {@code
 *       SkipLayerNormalization}. So does a norm alone, whose own kernel is slower, and a sum with a
 *       bias.
 *   <li>The product that computes queries, keys and values also adds their bias, and its input is
 *       moved to windows instead of its result, which is three times as wide ({@link
 *       ProductsInWindows}).
 *   <li>GELU after a linear layer or another GELU becomes {@code BiasGelu}.
 *   <li>In half precision, deformable attention is computed from its offsets, label maps by
 *       products and a pooling ({@link LabelMapsByPooling}), and rotary position embeddings by
 *       {@code RotaryEmbedding}.
 * </ul>
 */
final class CudaFusions {

  /** The size of blocks of threads that fill a multiprocessor. */
  private static final int THREADS = 256;

  private final ProductsInWindows windows = new ProductsInWindows();
  private final Precision precision;

  private CudaFusions(Precision precision) {
    this.precision = precision;
  }

  /**
   * {@return an equivalent graph, which {@link OnnxWriter} can write}
   *
   * @param graph the graph
   * @param precision the type of floating-point values
   */
  static Graph of(Graph graph, Precision precision) {
    CudaFusions forms = new CudaFusions(precision);
    return graph.fused(Fusions.in(graph, forms::isSupported)).rewriteAll(forms::form);
  }

  private boolean half() {
    return precision == Precision.FP16;
  }

  private boolean isSupported(Fusion fusion) {
    if (fusion.op() instanceof ToWindows op) {
      return op.bias(); // also without windows: the channels for the bias are fewer bytes than it
    }
    if (fusion.op() instanceof ResidualNorm op) {
      Tensor x = fusion.operands().get(0);
      // In float32, the mean of squares minus the square of the mean could be less exact.
      return x.shape().isStatic()
          && (op.branch() ? (op.norm() || op.bias()) && x.rank() <= 3 : half());
    }
    if (fusion.op() instanceof BiasActivation op) {
      return op.axis() == -1
          && op.activation() == BiasActivation.Activation.GELU
          && fusion.operands().get(0).dim(-1) != Shape.UNKNOWN;
    }
    if (fusion.op() instanceof WindowAttention op) {
      return half() && op.joint();
    }
    if (fusion.op() instanceof RotaryEmbedding) {
      return half();
    }
    if (fusion.op() instanceof ResizeArgMax op) {
      Shape scores = fusion.operands().get(0).shape().with(2, op.height()).with(3, op.width());
      return half() && CudaForms.isLarge(scores);
    }
    // In float32, the order of operations is that of the reference, since each one rounds.
    return half()
        && fusion.op() instanceof DeformableAttention op
        && op.fromOffsets()
        && CudaForms.isLarge(fusion.results().get(0).shape());
  }

  private List<Tensor> form(Node node, List<Tensor> operands) {
    if (node.op() instanceof ToWindows op) {
      return windows.split(op, operands.get(0), operands.get(1));
    }
    if (node.op() instanceof WindowAttention op) {
      return List.of(windows.attention(op, operands));
    }
    if (node.op() instanceof ResidualNorm op) {
      return op.branch()
          ? residualNorm(op, operands).subList(0, node.outputs().size())
          : List.of(norm(op, operands));
    }
    if (node.op() instanceof BiasActivation op) {
      return List.of(gelu(op, operands));
    }
    if (node.op() instanceof RotaryEmbedding op) {
      return List.of(rotated(op, operands));
    }
    if (node.op() instanceof ResizeArgMax op) {
      return List.of(LabelMapsByPooling.of(node, op, operands));
    }
    return node.op() instanceof DeformableAttention
        ? List.of(DeformableByPoint.fromOffsets(node, operands))
        : List.of();
  }

  /** Uses the bias of the product before, or zeros, as the skip connection of every row. */
  private static Tensor norm(ResidualNorm op, List<Tensor> operands) {
    Tensor x = operands.get(0);
    int width = x.dim(-1);
    Tensor skip = op.bias() ? operands.get(1) : zeros(x, width);
    int rows = Math.toIntExact(x.shape().elements() / width);
    return x.reshape(rows, 1, width)
        .applyAll(
            new ContribOp.SkipLayerNormalization(false, op.epsilon()),
            skip.reshape(1, 1, width),
            operands.get(operands.size() - 2),
            operands.get(operands.size() - 1))
        .get(1)
        .reshape(x.shape().dims());
  }

  private static Tensor gelu(BiasActivation op, List<Tensor> operands) {
    Tensor x = operands.get(0);
    Tensor y = op.bias() ? x.apply(new ContribOp.BiasGelu(), operands.get(1)) : gelu(x);
    for (int i = 1; i < op.times(); i++) {
      y = gelu(y);
    }
    return y;
  }

  /** Returns GELU with a bias of zeros, whose kernel is faster than that without a bias. */
  static Tensor gelu(Tensor x) {
    return x.apply(new ContribOp.BiasGelu(), zeros(x, x.dim(-1)));
  }

  private static Tensor zeros(Tensor x, int width) {
    return x.constant(TensorData.of(new float[width], width));
  }

  /**
   * Multiplies the weight and the bias of the branch by the layer scale, if there is one. The
   * products depend only on parameters. Without a norm, only the sum is used; it takes less time
   * than two operators, although the norm is computed too.
   */
  private static List<Tensor> residualNorm(ResidualNorm op, List<Tensor> operands) {
    List<Tensor> others = new ArrayList<>(operands.subList(1, operands.size()));
    Tensor y = others.remove(0);
    Optional<Tensor> bias = op.bias() ? Optional.of(others.remove(0)) : Optional.empty();
    if (op.gamma()) {
      Tensor gamma = others.remove(0);
      y = op.bias() ? scaledProduct(y, gamma) : y.times(gamma);
      bias = bias.map(b -> b.times(gamma));
    }
    others.add(0, y);
    if (!op.norm()) {
      Tensor zeros = zeros(y, y.dim(-1));
      others.addAll(List.of(zeros, zeros));
    }
    bias.ifPresent(others::add);
    return operands
        .get(0)
        .applyAll(
            new ContribOp.SkipLayerNormalization(op.bias(), op.epsilon()),
            others.toArray(Tensor[]::new));
  }

  /**
   * Rotates several heads as if they were one, if the channels of a pair are adjacent, since ONNX
   * Runtime's kernel has a block of threads for each head of each token.
   */
  private static Tensor rotated(RotaryEmbedding op, List<Tensor> operands) {
    Tensor x = operands.get(0);
    int channels = x.dim(2) / op.heads();
    int together =
        op.adjacent()
            ? IntStream.rangeClosed(1, op.heads())
                .filter(n -> op.heads() % n == 0 && n * channels <= THREADS)
                .max()
                .orElse(1)
            : 1;
    return x.apply(
        new ContribOp.RotaryEmbedding(op.heads() / together, op.adjacent()),
        x.constant(TensorData.of(new long[1], 1)),
        Tensor.concat(1, Collections.nCopies(together, operands.get(1))),
        Tensor.concat(1, Collections.nCopies(together, operands.get(2))));
  }

  /**
   * Multiplies the result of a linear layer by a vector. The product with the weight depends only
   * on parameters.
   *
   * @param y the result of a linear layer without a bias, possibly reshaped
   * @param gamma a factor for each channel
   */
  static Tensor scaledProduct(Tensor y, Tensor gamma) {
    Node linear = linear(y);
    return Lowering.inPlaceOf(
        linear,
        () -> {
          Tensor weight = linear.inputs().get(1).times(gamma.reshape(gamma.dim(0), 1));
          return linear.inputs().get(0).apply(linear.op(), weight).reshape(y.shape().dims());
        });
  }

  /** Returns the linear layer whose result, without its bias, a fused operator reads. */
  static Node linear(Tensor y) {
    return y.node().op() instanceof Movement.Reshape ? y.node().inputs().get(0).node() : y.node();
  }
}
