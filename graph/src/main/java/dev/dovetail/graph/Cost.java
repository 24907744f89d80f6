package dev.dovetail.graph;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The cost of a scope.
 *
 * @param parameters number of learned values (weights; running statistics and buffers are not
 *     counted)
 * @param macs multiply-accumulates of one run. Products, convolutions, attention (including padded
 *     window positions) and deformable sampling (5 per sampled value) are counted. Norms, softmax,
 *     interpolation, and values that depend only on parameters count 0. Unknown extents count as 1.
 * @param norms fvcore's count for norms: 2 per value for batch norms, 5 for other norms
 */
public record Cost(long parameters, long macs, long norms) {

  static final Cost NOTHING = new Cost(0, 0, 0);

  Cost plus(Cost other) {
    return new Cost(parameters + other.parameters, macs + other.macs, norms + other.norms);
  }

  /** {@return multiply-accumulates as in timm's tables: counted by fvcore, including norms} */
  public long macsWithNorms() {
    return macs + norms;
  }

  /**
   * {@return whether a graph contains products with extents that are unknown before a run, so that
   * {@link #macs} is too low}
   *
   * @param graph the graph
   */
  public static boolean isPartial(Graph graph) {
    return graph.nodes().stream()
        .anyMatch(
            node ->
                node.macs() > 0
                    && Stream.concat(node.inputs().stream(), node.outputs().stream())
                        .anyMatch(t -> !t.shape().isStatic()));
  }

  /** Returns the number of elements; unknown extents count as 1. */
  static long known(Shape shape) {
    long n = 1;
    for (int d : shape.dims()) {
      n *= d == Shape.UNKNOWN ? 1 : d;
    }
    return n;
  }

  /**
   * {@return the cost of every scope of a graph, including its subscopes; the key of the whole
   * graph is the empty name} Sorted by name, with numbers in numerical order ({@code blocks.2}
   * before {@code blocks.10}).
   *
   * @param graph the graph
   */
  public static Map<String, Cost> perScope(Graph graph) {
    Map<String, Cost> costs = new HashMap<>();
    costs.put("", NOTHING);
    for (Parameter p : graph.parameters()) {
      if (p.role() == Role.WEIGHT || p.role() == Role.UNREAD) {
        String name = p.name();
        add(
            costs,
            name.substring(0, Math.max(name.lastIndexOf('.'), 0)),
            new Cost(p.shape().elements(), 0, 0));
      }
    }
    Set<Node> dynamic = new HashSet<>();
    for (Node node : graph.nodes()) {
      boolean runs =
          node.op() instanceof Source.Input
              || node.inputs().stream().anyMatch(t -> dynamic.contains(t.node()));
      if (runs) {
        dynamic.add(node);
        add(costs, node.scope(), new Cost(0, node.macs(), norms(node)));
      }
    }
    // Comparing names is slow: sort them once rather than for every node.
    Map<String, Cost> sorted = new TreeMap<>(byParts());
    sorted.putAll(costs);
    return sorted;
  }

  private static long norms(Node node) {
    if (!(node.op() instanceof Normalization) || node.op() instanceof Normalization.Softmax) {
      return 0;
    }
    int perValue = node.op() instanceof Normalization.BatchNorm ? 2 : 5;
    return perValue * known(node.inputs().get(0).shape());
  }

  private static void add(Map<String, Cost> costs, String scope, Cost cost) {
    for (String s = scope; ; s = s.substring(0, Math.max(s.lastIndexOf('.'), 0))) {
      costs.merge(s, cost, Cost::plus);
      if (s.isEmpty()) {
        return;
      }
    }
  }

  private static Comparator<String> byParts() {
    return (a, b) -> {
      String[] x = a.split("\\.");
      String[] y = b.split("\\.");
      for (int i = 0; i < Math.min(x.length, y.length); i++) {
        boolean numbers = x[i].matches("\\d{1,9}") && y[i].matches("\\d{1,9}");
        int c =
            numbers
                ? Integer.compare(Integer.parseInt(x[i]), Integer.parseInt(y[i]))
                : x[i].compareTo(y[i]);
        if (c != 0) {
          return c;
        }
      }
      return Integer.compare(x.length, y.length);
    };
  }
}
