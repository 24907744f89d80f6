package dev.dovetail.graph.fused;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Convolution;
import dev.dovetail.graph.Elementwise;
import dev.dovetail.graph.Fusion;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Lowering;
import dev.dovetail.graph.Movement;
import dev.dovetail.graph.Node;
import dev.dovetail.graph.Normalization;
import dev.dovetail.graph.Op;
import dev.dovetail.graph.Product;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Finds parts of a graph that fused operators can compute: from declarations of the model's layers
 * ({@link Graph#fusions}), and from patterns of nodes. If a fused operator reads the result of a
 * linear layer, it also adds the layer's bias. ONNX Runtime would write the bias to the whole
 * result first, and the matrix product would read it again.
 *
 * <p>Batch norms should be folded into convolutions before ({@link Lowering#foldBatchNorms}).
 */
public final class Fusions {

  private final Graph graph;
  private final Predicate<Fusion> available;
  private final Map<Tensor, List<Node>> readers = new HashMap<>();
  private final Set<Tensor> outputs;
  private final List<Fusion> found = new ArrayList<>();
  private final Set<Tensor> computed = new HashSet<>();

  private Fusions(Graph graph, Predicate<Fusion> available) {
    this.graph = graph;
    this.available = available;
    this.outputs = new HashSet<>(graph.outputs().values());
    for (Node node : graph.nodes()) {
      node.inputs().forEach(t -> readers.computeIfAbsent(t, k -> new ArrayList<>()).add(node));
    }
  }

  /**
   * {@return fused operators for a graph, no two of which compute the same value}
   *
   * @param graph the graph
   * @param available whether a fusion may be used; of two that compute the same value, the first
   *     that may be used is returned
   */
  public static List<Fusion> in(Graph graph, Predicate<Fusion> available) {
    Fusions fusions = new Fusions(graph, available);
    fusions.find();
    return fusions.found;
  }

  /** The result of a linear layer without its bias. */
  private record Unbiased(Tensor value, Tensor bias) {}

  private void find() {
    Map<Tensor, Fusion> declared = new HashMap<>();
    graph.fusions().forEach(f -> declared.put(f.results().get(0), f));
    for (Fusion fusion : graph.fusions()) {
      if (fusion.op() instanceof WindowAttention op && isRead(fusion.results().get(0))) {
        jointly(op, fusion);
      } else if (fusion.op() instanceof GatedActivation op && isRead(fusion.results().get(0))) {
        gated(op, fusion);
      }
    }
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Movement.Split split) {
        parts(node, split, Optional.ofNullable(declared.get(node.inputs().get(0))));
      }
    }
    for (Fusion fusion : graph.fusions()) {
      if (isRead(fusion.results().get(0))) {
        add(fusion.op() instanceof DeformableAttention op ? withBiases(op, fusion) : fusion);
      }
    }
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Normalization.LayerNorm norm) {
        norm(node, norm);
      }
    }
    LabelMaps labelMaps = new LabelMaps(this::readOnce);
    for (Node node : graph.nodes()) {
      if (isAdd(node)) {
        residual(node, Optional.empty());
      } else if (isGelu(node)) {
        gelu(node);
      } else if (isConvolution(node.op())) {
        if (!(node.op() instanceof Convolution.Conv conv && depthwise(node, conv))) {
          convolution(node);
        }
      } else {
        labelMaps.of(node).ifPresent(this::add);
        steps(SuppressionSteps.of(node));
        steps(TopKSteps.of(node));
      }
    }
  }

  /** Returns whether the value is an output of the graph, or an operator that stays reads it. */
  private boolean isRead(Tensor t) {
    return outputs.contains(t)
        || readers.getOrDefault(t, List.of()).stream()
            .anyMatch(n -> !computed.containsAll(n.outputs()));
  }

  private boolean add(Fusion fusion) {
    boolean free = fusion.results().stream().noneMatch(computed::contains);
    if (free && available.test(fusion)) {
      found.add(fusion);
      computed.addAll(fusion.results());
      return true;
    }
    return false;
  }

  /** Adds all steps or none, since no other operator computes what a step reads. */
  private void steps(List<Fusion> steps) {
    boolean free = steps.stream().flatMap(f -> f.results().stream()).noneMatch(computed::contains);
    if (free && steps.stream().allMatch(available)) {
      steps.forEach(this::add);
    }
  }

  /** Matches the split of queries, keys and values, with or without windows. */
  private void parts(Node node, Movement.Split split, Optional<Fusion> windows) {
    Tensor whole = node.inputs().get(0);
    if (whole.rank() != 3 || !isEqual(split, whole) || !readOnce(whole)) {
      return;
    }
    int parts = split.sizes().size();
    Tensor tokens = whole;
    ToWindows op = new ToWindows(1, whole.dim(1), 1, whole.dim(1), parts, false);
    if (windows.isPresent() && windows.get().op() instanceof ToWindows w) {
      tokens = windows.get().operands().get(0);
      op = new ToWindows(w.height(), w.width(), w.windowHeight(), w.windowWidth(), parts, false);
    }
    Optional<Unbiased> linear = unbiased(tokens);
    if (linear.isPresent()) {
      add(
          new Fusion(
              op.withBias(true),
              List.of(linear.get().value(), linear.get().bias()),
              node.outputs()));
    } else if (windows.isPresent()) {
      add(new Fusion(op, List.of(tokens), node.outputs()));
    }
  }

  /** Returns whether the last axis is split into equal parts. */
  private static boolean isEqual(Movement.Split split, Tensor whole) {
    return split.sizes().stream().distinct().count() == 1
        && whole.shape().axis(split.axis()) == whole.rank() - 1;
  }

  /**
   * Matches an attention in windows whose query, key and value are parts of one product with a
   * bias. The attention reads the product without bias. The product then does not need the token of
   * zeros that represents the padding, since its result is the bias.
   */
  private void jointly(WindowAttention op, Fusion fusion) {
    Node split = fusion.operands().get(0).node();
    if (split.op() instanceof Movement.Split s
        && s.sizes().size() == 3
        && split.outputs().equals(fusion.operands().subList(0, 3))
        && isEqual(s, split.inputs().get(0))) {
      Optional<Unbiased> joint =
          biasedLinear(split.inputs().get(0)).flatMap(linear -> ofCells(op, linear));
      if (joint.isPresent()) {
        Tensor positions = fusion.operands().get(3);
        List<Tensor> operands = List.of(joint.get().value(), joint.get().bias(), positions);
        if (add(new Fusion(op.jointly(), operands, fusion.results()))) {
          computed.addAll(split.outputs());
        }
      }
    }
  }

  /** Matches a gated linear unit, with the bias of the product before. */
  private void gated(GatedActivation op, Fusion fusion) {
    Tensor both = fusion.operands().get(0);
    Fusion biased =
        (readOnce(both) ? unbiased(both) : Optional.<Unbiased>empty())
            .map(
                linear ->
                    new Fusion(
                        op.withBias(), List.of(linear.value(), linear.bias()), fusion.results()))
            .orElse(fusion);
    if (add(biased)) {
      replaced(fusion.results().get(0).node(), both);
    }
  }

  /** Marks the values between the operand and the result of a fused operator as computed. */
  private void replaced(Node result, Tensor operand) {
    for (Tensor t : result.inputs()) {
      if (t != operand && computed.addAll(t.node().outputs())) {
        replaced(t.node(), operand);
      }
    }
  }

  /**
   * Returns a linear layer of the cells of a grid, without the token that represents the padding.
   */
  private static Optional<Unbiased> ofCells(WindowAttention op, Node linear) {
    Tensor rows = linear.inputs().get(0);
    Tensor tokens =
        rows.node().op() instanceof Movement.Reshape ? rows.node().inputs().get(0) : rows;
    if (op.windows().hasPadding()) {
      Node pad = tokens.node();
      if (!pad.op().equals(new Movement.Pad(List.of(0, 0, 0), List.of(0, 1, 0), 0))) {
        return Optional.empty();
      }
      tokens = pad.inputs().get(0);
    }
    return tokens.rank() == 3 && tokens.dim(1) == op.windows().cells()
        ? Optional.of(unbiased(linear, tokens))
        : Optional.empty();
  }

  private Fusion withBiases(DeformableAttention op, Fusion fusion) {
    List<Tensor> operands = new ArrayList<>(fusion.operands());
    List<Tensor> biases = new ArrayList<>();
    for (int i = 0; i < (op.fromOffsets() ? 3 : 2); i++) {
      Optional<Unbiased> linear = unbiased(operands.get(i));
      if (linear.isEmpty()) {
        return fusion;
      }
      operands.set(i, linear.get().value());
      biases.add(linear.get().bias());
    }
    operands.addAll(biases);
    return new Fusion(
        new DeformableAttention(op.heads(), op.grids(), op.points(), op.fromOffsets(), true),
        operands,
        fusion.results());
  }

  private void norm(Node node, Normalization.LayerNorm norm) {
    Tensor x = node.inputs().get(0);
    if (isAdd(x.node()) && residual(x.node(), Optional.of(node))) {
      return;
    }
    Optional<Unbiased> linear = readOnce(x) ? unbiased(x) : Optional.empty();
    List<Tensor> operands = new ArrayList<>(node.inputs());
    if (linear.isPresent()) {
      operands.set(0, linear.get().value());
      operands.add(1, linear.get().bias());
    }
    add(
        new Fusion(
            new ResidualNorm(false, linear.isPresent(), false, true, norm.epsilon()),
            operands,
            node.outputs()));
  }

  /**
   * Matches a sum of two values of the same shape, one of which may be scaled or the result of a
   * linear layer.
   */
  private boolean residual(Node add, Optional<Node> norm) {
    Tensor left = add.inputs().get(0);
    Tensor right = add.inputs().get(1);
    if (!left.shape().equals(right.shape()) || !left.shape().isStatic() || left.rank() < 2) {
      return false;
    }
    boolean swap = !isBranch(right) && isBranch(left);
    Tensor x = swap ? right : left;
    Tensor branch = swap ? left : right;
    if (norm.isEmpty() && !isBranch(branch)) {
      return false; // fusion would not be faster than a plain addition
    }
    Optional<Tensor> gamma = gamma(branch);
    Tensor y = gamma.isPresent() ? scaled(branch, gamma.get()) : branch;
    Optional<Unbiased> linear = readOnce(y) ? unbiased(y) : Optional.empty();
    List<Tensor> operands = new ArrayList<>(List.of(x, linear.map(Unbiased::value).orElse(y)));
    linear.ifPresent(l -> operands.add(l.bias()));
    gamma.ifPresent(operands::add);
    List<Tensor> results = new ArrayList<>(add.outputs());
    double epsilon = 0;
    if (norm.isPresent()) {
      operands.addAll(norm.get().inputs().subList(1, 3));
      results.addAll(norm.get().outputs());
      epsilon = ((Normalization.LayerNorm) norm.get().op()).epsilon();
    }
    return add(
        new Fusion(
            new ResidualNorm(
                true, linear.isPresent(), gamma.isPresent(), norm.isPresent(), epsilon),
            operands,
            results));
  }

  private boolean isBranch(Tensor t) {
    return readOnce(t) && (gamma(t).isPresent() || isBiased(t));
  }

  /** Returns the vector along the last axis by which a value is multiplied, if there is one. */
  private Optional<Tensor> gamma(Tensor t) {
    if (!(t.node().op() instanceof Elementwise.Binary b)
        || b.operator() != Elementwise.Operator.MUL
        || !readOnce(t)) {
      return Optional.empty();
    }
    Shape vector = Shape.of(t.dim(-1));
    return t.node().inputs().stream()
        .filter(in -> in.shape().equals(vector) && !scaled(t, in).shape().equals(vector))
        .filter(in -> scaled(t, in).shape().equals(t.shape()))
        .findFirst();
  }

  private static Tensor scaled(Tensor product, Tensor gamma) {
    List<Tensor> in = product.node().inputs();
    return in.get(0).equals(gamma) ? in.get(1) : in.get(0);
  }

  private void gelu(Node node) {
    Tensor x = node.inputs().get(0);
    int times = 1;
    if (readOnce(node.outputs().get(0)) && isGelu(readers.get(node.outputs().get(0)).get(0))) {
      return; // matched together with the next GELU
    }
    if (isGelu(x.node()) && readOnce(x)) {
      times = 2;
      x = x.node().inputs().get(0);
    }
    Optional<Unbiased> linear = readOnce(x) ? unbiased(x) : Optional.empty();
    List<Tensor> operands = new ArrayList<>(List.of(linear.map(Unbiased::value).orElse(x)));
    linear.ifPresent(l -> operands.add(l.bias()));
    if (linear.isPresent() || times > 1) {
      BiasActivation op =
          new BiasActivation(-1, linear.isPresent(), BiasActivation.Activation.GELU, times);
      add(new Fusion(op, operands, node.outputs()));
    }
  }

  /**
   * Matches a depthwise convolution, for which cuDNN's kernels are slow and take seconds to
   * prepare.
   */
  private boolean depthwise(Node node, Convolution.Conv conv) {
    Shape weight = node.inputs().get(1).shape();
    boolean bias = node.inputs().size() == 3;
    return conv.groups() == weight.dim(0)
        && weight.dim(1) == 1
        && weight.dim(2) == weight.dim(3)
        && add(
            new Fusion(
                new DepthwiseConv(conv.stride(), conv.padding(), bias),
                node.inputs(),
                node.outputs()));
  }

  /**
   * Matches the bias of a convolution, which cuDNN adds in a slow kernel of its own, and the
   * activation after it.
   */
  private void convolution(Node node) {
    // A patch convolution becomes a product, whose transposed result must not have another reader.
    if (node.inputs().size() < 3 || Lowering.cutsPatches(node)) {
      return;
    }
    Tensor result = node.outputs().get(0);
    BiasActivation.Activation activation = BiasActivation.Activation.IDENTITY;
    if (readOnce(result)) {
      Node reader = readers.get(result).get(0);
      if (reader.op() instanceof Elementwise.Unary unary && reader.float32() == node.float32()) {
        activation =
            switch (unary.function()) {
              case RELU -> BiasActivation.Activation.RELU;
              case GELU -> BiasActivation.Activation.GELU;
              default -> activation;
            };
      }
      if (activation != BiasActivation.Activation.IDENTITY) {
        result = reader.outputs().get(0);
      }
    }
    Tensor unbiased =
        Lowering.inPlaceOf(node, () -> node.inputs().get(0).apply(node.op(), node.inputs().get(1)));
    add(
        new Fusion(
            new BiasActivation(1, true, activation, 1),
            List.of(unbiased, node.inputs().get(2)),
            List.of(result)));
  }

  private static boolean isAdd(Node node) {
    return node.op() instanceof Elementwise.Binary b
        && b.operator() == Elementwise.Operator.ADD
        && node.outputs().get(0).dtype() == DType.FLOAT32;
  }

  private static boolean isConvolution(Op op) {
    return op instanceof Convolution.Conv || op instanceof Convolution.ConvTranspose;
  }

  private static boolean isGelu(Node node) {
    return node.op() instanceof Elementwise.Unary u && u.function() == Elementwise.Function.GELU;
  }

  private boolean readOnce(Tensor t) {
    return readers.getOrDefault(t, List.of()).size() == 1 && !outputs.contains(t);
  }

  /** Returns the linear layer that computes a value, if the layer has a bias. */
  private static Optional<Node> biasedLinear(Tensor t) {
    Node node = t.node();
    if (node.op() instanceof Movement.Reshape
        && node.inputs().get(0).rank() == 2
        && node.inputs().get(0).dim(1) == t.dim(-1)) {
      node = node.inputs().get(0).node();
    }
    return node.op() instanceof Product.Linear && node.inputs().size() == 3
        ? Optional.of(node)
        : Optional.empty();
  }

  private static boolean isBiased(Tensor t) {
    return biasedLinear(t).isPresent();
  }

  private static Optional<Unbiased> unbiased(Tensor t) {
    return biasedLinear(t)
        .map(
            linear -> {
              Unbiased rows = unbiased(linear, linear.inputs().get(0));
              Tensor value =
                  Lowering.inPlaceOf(linear, () -> rows.value().reshape(t.shape().dims()));
              return new Unbiased(value, rows.bias());
            });
  }

  /** Returns a linear layer of other tokens [..., in], without its bias. */
  private static Unbiased unbiased(Node linear, Tensor tokens) {
    Tensor weight = linear.inputs().get(1);
    int[] dims = tokens.shape().with(-1, weight.dim(0)).dims();
    Tensor value =
        Lowering.inPlaceOf(
            linear,
            () -> {
              Tensor rows = tokens.rank() == 2 ? tokens : tokens.flatten(0, -2);
              return rows.apply(new Product.Linear(), weight).reshape(dims);
            });
    return new Unbiased(value, linear.inputs().get(2));
  }
}
