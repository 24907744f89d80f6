package dev.dovetail.graph.int8;

import dev.dovetail.graph.Convolution;
import dev.dovetail.graph.Elementwise;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Lowering;
import dev.dovetail.graph.Node;
import dev.dovetail.graph.Product;
import dev.dovetail.graph.Source;
import dev.dovetail.graph.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The layers of a graph that can compute in 8-bit integers: linear layers and ungrouped
 * convolutions whose weights are computed from parameters. (Depthwise convolutions are slower in
 * integers.) Batch norms are folded into the preceding convolutions. The name of a layer is that of
 * the first parameter of its weight, without {@code .weight}, and does not depend on the image
 * size. Nodes that share a weight form one layer.
 */
final class Layers {

  private final Graph graph;
  private final Map<Node, String> names = new LinkedHashMap<>();
  private final Map<Tensor, Tensor> rectified = new HashMap<>();

  private Layers(Graph graph) {
    this.graph = graph;
    Set<Node> dynamic = new HashSet<>();
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Source.Input
          || node.inputs().stream().anyMatch(t -> dynamic.contains(t.node()))) {
        dynamic.add(node);
      }
      if (isLayer(node)
          && dynamic.contains(node.inputs().get(0).node())
          && node.inputs().stream().skip(1).noneMatch(t -> dynamic.contains(t.node()))) {
        parameter(node.inputs().get(1).node()).ifPresent(name -> names.put(node, name));
      }
    }
    Map<Tensor, List<Node>> readers = readers(graph);
    names
        .keySet()
        .forEach(
            node -> {
              Tensor y = node.outputs().get(0);
              List<Node> all = readers.getOrDefault(y, List.of());
              if (all.size() == 1 && isRelu(all.get(0)) && !graph.outputs().containsValue(y)) {
                rectified.put(y, all.get(0).outputs().get(0));
              }
            });
  }

  /**
   * Finds the layers of a graph, after batch norms are folded into convolutions.
   *
   * @param graph the traced graph
   */
  static Layers of(Graph graph) {
    return new Layers(Lowering.foldBatchNorms(graph));
  }

  /** Returns the graph with folded batch norms. */
  Graph graph() {
    return graph;
  }

  /** Returns the nodes in execution order, with the layers' names. */
  Map<Node, String> names() {
    return names;
  }

  /**
   * Returns the value that other nodes read: the result of a ReLU if it is the only reader of the
   * layer.
   */
  Optional<Tensor> rectified(Node layer) {
    return Optional.ofNullable(rectified.get(layer.outputs().get(0)));
  }

  /** Returns the values that are quantized: the operand, and the result of a convolution. */
  List<Tensor> quantizedValues(Node layer) {
    Tensor operand = layer.inputs().get(0);
    return layer.op() instanceof Product.Linear
        ? List.of(operand)
        : List.of(operand, rectified(layer).orElse(layer.outputs().get(0)));
  }

  private static boolean isLayer(Node node) {
    boolean kind =
        node.op() instanceof Product.Linear
            || node.op() instanceof Convolution.Conv conv && conv.groups() == 1;
    return kind && !node.float32();
  }

  private static boolean isRelu(Node node) {
    return node.op() instanceof Elementwise.Unary unary
        && unary.function() == Elementwise.Function.RELU;
  }

  private static Map<Tensor, List<Node>> readers(Graph graph) {
    Map<Tensor, List<Node>> readers = new HashMap<>();
    for (Node node : graph.nodes()) {
      node.inputs().forEach(t -> readers.computeIfAbsent(t, k -> new ArrayList<>()).add(node));
    }
    return readers;
  }

  private static Optional<String> parameter(Node node) {
    if (node.op() instanceof Source.Weight weight) {
      String name = weight.parameter().name();
      return Optional.of(
          name.endsWith(".weight") ? name.substring(0, name.length() - ".weight".length()) : name);
    }
    return node.inputs().stream().flatMap(t -> parameter(t.node()).stream()).findFirst();
  }
}
