package dev.dovetail.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Expresses operators in terms of others, for engines that lack a kernel or need another precision.
 * New nodes have the scope of the node that they replace, and compute in float32 if that node does.
 */
public final class Lowering {

  private Lowering() {}

  /**
   * Returns an attention as matrix products and a softmax.
   *
   * @param node a node with the operator {@link Product.Attention}
   * @return the result
   */
  public static Tensor attention(Node node) {
    Product.Attention op = (Product.Attention) node.op();
    return inPlaceOf(node, () -> attention(op, node.inputs()));
  }

  private static Tensor attention(Product.Attention op, List<Tensor> in) {
    Tensor q = heads(in.get(0), op.heads()).permute(0, 2, 1, 3).times(op.scale());
    Tensor k = heads(in.get(1), op.heads()).permute(0, 2, 3, 1);
    Tensor v = heads(in.get(2), op.heads()).permute(0, 2, 1, 3);
    Tensor products = q.matmul(k);
    Tensor biased = in.size() > 3 ? products.plus(in.get(3)) : products;
    return biased.softmax(-1).matmul(v).permute(0, 2, 1, 3).flatten(2, 3);
  }

  /** Reshapes [batch, tokens, width] to [batch, tokens, heads, width / heads]. */
  private static Tensor heads(Tensor x, int heads) {
    return x.reshape(x.dim(0), x.dim(1), heads, x.dim(2) / heads);
  }

  /**
   * Returns a batch norm as one product and one sum, whose factors depend only on parameters.
   *
   * @param node a node with the operator {@link Normalization.BatchNorm}
   * @return the result
   */
  public static Tensor batchNorm(Node node) {
    return inPlaceOf(
        node,
        () -> {
          Tensor x = node.inputs().get(0);
          Tensor factor = factor(node);
          int[] alongChannels = new int[x.rank() - 1];
          Arrays.fill(alongChannels, 1);
          alongChannels[0] = x.dim(1);
          return x.times(factor.reshape(alongChannels))
              .plus(shift(node, factor).reshape(alongChannels));
        });
  }

  /**
   * Returns a layer norm as an instance norm of each row, a product and a sum. ONNX Runtime's CPU
   * provider computes these in a quarter of the time of its layer norm.
   *
   * @param node a node with the operator {@link Normalization.LayerNorm} whose operand has a known
   *     shape
   * @return the result
   */
  public static Tensor layerNorm(Node node) {
    return inPlaceOf(
        node,
        () -> {
          Tensor x = node.inputs().get(0);
          double epsilon = ((Normalization.LayerNorm) node.op()).epsilon();
          int rows = Math.toIntExact(x.shape().elements() / x.dim(-1));
          return x.reshape(rows, 1, x.dim(-1))
              .apply(
                  new Normalization.InstanceNorm(epsilon),
                  x.constant(TensorData.of(new float[] {1}, 1)),
                  x.constant(TensorData.of(new float[] {0}, 1)))
              .times(node.inputs().get(1))
              .plus(node.inputs().get(2))
              .reshape(x.shape().dims());
        });
  }

  /**
   * Folds batch norms into the convolutions before them, possibly several whose channels are
   * concatenated, if nothing else reads these values and all compute in the same precision.
   *
   * @param graph the graph
   * @return the graph without these batch norms
   */
  public static Graph foldBatchNorms(Graph graph) {
    Map<Tensor, Integer> readers = new HashMap<>();
    graph.outputs().values().forEach(t -> readers.merge(t, 1, Integer::sum));
    graph.nodes().forEach(n -> n.inputs().forEach(t -> readers.merge(t, 1, Integer::sum)));
    return graph.rewrite(
        (node, operands) -> {
          if (!(node.op() instanceof Normalization.BatchNorm)) {
            return Optional.empty();
          }
          Tensor x = node.inputs().get(0);
          List<Tensor> parts = convolutions(x);
          boolean folds =
              !parts.isEmpty()
                  && Stream.concat(Stream.of(x), parts.stream())
                      .allMatch(
                          t ->
                              readers.getOrDefault(t, 0) == 1
                                  && t.node().float32() == node.float32());
          return folds ? Optional.of(convolutionWithBatchNorm(node, operands)) : Optional.empty();
        });
  }

  /**
   * Returns the results of convolutions that a value consists of: a single one, or several that are
   * concatenated along the channels; none for other values.
   */
  private static List<Tensor> convolutions(Tensor x) {
    List<Tensor> parts =
        x.node().op().equals(new Movement.Concat(1)) ? x.node().inputs() : List.of(x);
    return parts.stream().allMatch(t -> t.node().op() instanceof Convolution.Conv)
        ? parts
        : List.of();
  }

  /**
   * Folds a batch norm into the preceding convolution. The new weight and bias depend only on
   * parameters.
   *
   * @param node a node with the operator {@link Normalization.BatchNorm} whose operand is the
   *     result of a {@link Convolution.Conv}
   * @return the result
   */
  public static Tensor convolutionWithBatchNorm(Node node) {
    return convolutionWithBatchNorm(node, node.inputs());
  }

  /**
   * Folds a batch norm in a graph that is being rewritten.
   *
   * @param node a node with the operator {@link Normalization.BatchNorm}
   * @param operands its operands in the new graph; the first is the result of a {@link
   *     Convolution.Conv} or a concatenation of such results along the channels
   * @return the result
   */
  public static Tensor convolutionWithBatchNorm(Node node, List<Tensor> operands) {
    return inPlaceOf(
        node,
        () -> {
          Tensor factor = factor(node);
          Tensor shift = shift(node, factor);
          List<Tensor> parts = convolutions(operands.get(0));
          if (parts.size() == 1) {
            return scaled(parts.get(0).node(), factor, shift);
          }
          List<Tensor> normed = new ArrayList<>();
          int from = 0;
          for (Tensor part : parts) {
            int to = from + part.dim(1);
            normed.add(scaled(part.node(), factor.slice(0, from, to), shift.slice(0, from, to)));
            from = to;
          }
          return Tensor.concat(1, normed);
        });
  }

  /** Returns a convolution whose result is multiplied by a factor and shifted, per channel. */
  private static Tensor scaled(Node conv, Tensor factor, Tensor shift) {
    List<Tensor> in = conv.inputs();
    Tensor weight = in.get(1).times(factor.reshape(factor.dim(0), 1, 1, 1));
    Tensor bias = in.size() > 2 ? in.get(2).times(factor).plus(shift) : shift;
    return in.get(0).apply(conv.op(), weight, bias);
  }

  /** Returns the factor of a batch norm for each channel: weight / √(variance + ε). */
  private static Tensor factor(Node batchNorm) {
    double epsilon = ((Normalization.BatchNorm) batchNorm.op()).epsilon();
    Tensor variance = batchNorm.inputs().get(4);
    return batchNorm.inputs().get(1).div(variance.plus(epsilon).sqrt());
  }

  /** Returns the offset of a batch norm for each channel: bias - mean · factor. */
  private static Tensor shift(Node batchNorm, Tensor factor) {
    return batchNorm.inputs().get(2).minus(batchNorm.inputs().get(3).times(factor));
  }

  /**
   * {@return whether {@code node} is a convolution that divides a map into patches: its stride is
   * equal to its kernel size, which divides the map}
   *
   * @param node any node
   */
  public static boolean cutsPatches(Node node) {
    if (!(node.op() instanceof Convolution.Conv conv) || conv.stride() == 1) {
      return false;
    }
    Tensor x = node.inputs().get(0);
    Tensor weight = node.inputs().get(1);
    return conv.padding() == 0
        && conv.groups() == 1
        && weight.dim(2) == conv.stride()
        && weight.dim(3) == conv.stride()
        && x.dim(2) % conv.stride() == 0
        && x.dim(3) % conv.stride() == 0;
  }

  /**
   * Returns a patch convolution as a product of flattened patches, since cuDNN lacks kernels for
   * some patch sizes in half precision.
   *
   * @param node a node for which {@link #cutsPatches} is true
   * @return the result
   */
  public static Tensor patchesByProduct(Node node) {
    return inPlaceOf(
        node,
        () -> {
          Tensor x = node.inputs().get(0);
          Tensor weight = node.inputs().get(1);
          int patch = weight.dim(2);
          int rows = x.dim(2) / patch;
          int columns = x.dim(3) / patch;
          int inputs = x.dim(1) * patch * patch;
          Tensor patches =
              x.reshape(x.dim(0), x.dim(1), rows, patch, columns, patch)
                  .permute(0, 2, 4, 1, 3, 5)
                  .reshape(x.dim(0) * rows * columns, inputs);
          Tensor[] operands = node.inputs().subList(1, node.inputs().size()).toArray(Tensor[]::new);
          operands[0] = weight.reshape(weight.dim(0), inputs);
          return patches
              .apply(new Product.Linear(), operands)
              .reshape(x.dim(0), rows, columns, weight.dim(0))
              .permute(0, 3, 1, 2);
        });
  }

  /**
   * Creates nodes in float32, regardless of the precision of the graph.
   *
   * @param node the node that they replace
   * @param body creates the nodes
   * @return the result of {@code body}
   */
  public static Tensor inFloat32(Node node, Supplier<Tensor> body) {
    return inPlaceOf(node, () -> node.trace().inFloat32(body));
  }

  /**
   * Creates nodes in the precision of the graph, even if the node that they replace computes in
   * float32.
   *
   * @param node the node that they replace
   * @param body creates the nodes
   * @return the result of {@code body}
   */
  public static Tensor inGraphPrecision(Node node, Supplier<Tensor> body) {
    return inPlaceOf(node, () -> node.trace().inGraphPrecision(body));
  }

  /**
   * Creates nodes that replace another, in its scope, and in float32 if it computes in float32.
   *
   * @param node the replaced node
   * @param body creates the nodes
   * @param <T> a tensor or several tensors
   * @return the result of {@code body}
   */
  public static <T> T inPlaceOf(Node node, Supplier<T> body) {
    Trace trace = node.trace();
    synchronized (trace) { // several threads may write a graph, but a trace is not thread-safe
      return trace.within(node.scope(), () -> node.float32() ? trace.inFloat32(body) : body.get());
    }
  }
}
