package dev.dovetail.graph;

import dev.dovetail.core.IgnoredKeys;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/** A traced model: named inputs, named outputs, and the operations between them. Immutable. */
public final class Graph {

  private final Map<String, Tensor> inputs;
  private final Map<String, Tensor> outputs;
  private final List<Parameter> parameters;
  private final List<IgnoredKeys> ignoredKeys;
  private final Map<String, Tensor> values;
  private final Map<String, Tensor> finite;
  private final List<Fusion> fusions;
  private final List<Node> nodes;

  Graph(
      Map<String, Tensor> inputs,
      Map<String, Tensor> outputs,
      List<Parameter> parameters,
      List<IgnoredKeys> ignoredKeys,
      Map<String, Tensor> values,
      Map<String, Tensor> finite,
      List<Fusion> fusions) {
    this.inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
    this.outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    this.parameters = List.copyOf(parameters);
    this.ignoredKeys = List.copyOf(ignoredKeys);
    this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    this.finite = Collections.unmodifiableMap(new LinkedHashMap<>(finite));
    this.fusions = List.copyOf(fusions);
    this.nodes = reachable(outputs.values());
  }

  private static List<Node> reachable(Iterable<Tensor> outputs) {
    Set<Node> seen = new HashSet<>();
    Deque<Node> open = new ArrayDeque<>();
    outputs.forEach(t -> open.push(t.node()));
    while (!open.isEmpty()) {
      Node node = open.pop();
      if (seen.add(node)) {
        node.inputs().forEach(t -> open.push(t.node()));
      }
    }
    List<Node> ordered = new ArrayList<>(seen);
    ordered.sort(Comparator.comparingInt(Node::id));
    return Collections.unmodifiableList(ordered);
  }

  /** {@return the declared inputs by name, in the order of their declaration} */
  public Map<String, Tensor> inputs() {
    return inputs;
  }

  /** {@return the outputs by name, in the specified order} */
  public Map<String, Tensor> outputs() {
    return outputs;
  }

  /** {@return all declared parameters, in the order in which the model requested them} */
  public List<Parameter> parameters() {
    return parameters;
  }

  /** {@return the keys that checkpoints may contain in addition to the parameters} */
  public List<IgnoredKeys> ignoredKeys() {
    return ignoredKeys;
  }

  /** {@return the outputs of scopes by path, which {@link #withOutputs} accepts as outputs} */
  public Map<String, Tensor> values() {
    return values;
  }

  /** {@return the fused operators that are equivalent to nodes of the graph} */
  public List<Fusion> fusions() {
    return fusions;
  }

  /** {@return the nodes that the outputs depend on, in execution order} */
  public List<Node> nodes() {
    return nodes;
  }

  /**
   * {@return the output of a scope, if its code ran and returned a tensor}
   *
   * @param scope a dotted path
   */
  public Optional<Tensor> value(String scope) {
    return Optional.ofNullable(values.get(scope));
  }

  /**
   * {@return a graph with other outputs}
   *
   * @param others the new outputs by name
   */
  public Graph withOutputs(Map<String, Tensor> others) {
    return new Graph(inputs, others, parameters, ignoredKeys, values, finite, fusions);
  }

  /**
   * Returns a graph in which some nodes are replaced. The nodes after them are copied, so that the
   * order is preserved. Inputs and parameters are unchanged; the outputs of scopes are those of the
   * new nodes.
   *
   * @param rule returns the replacement of a node, given the node and its operands in the new
   *     graph; empty to keep the operator. New nodes are in the scope of the replaced node. If the
   *     node has several results, and the new node has as many, it replaces all of them.
   * @return the new graph
   */
  public Graph rewrite(BiFunction<Node, List<Tensor>, Optional<Tensor>> rule) {
    return rewriteAll(
        (node, operands) ->
            rule.apply(node, operands)
                .map(
                    t ->
                        t.node().outputs().size() == node.outputs().size()
                            ? t.node().outputs()
                            : List.of(t))
                .orElse(List.of()));
  }

  /**
   * Returns a graph in which some nodes are replaced, like {@link #rewrite}.
   *
   * @param rule returns the replacements of a node's results in order; none to keep the operator
   * @return the new graph
   */
  public Graph rewriteAll(BiFunction<Node, List<Tensor>, List<Tensor>> rule) {
    List<Tensor> roots = new ArrayList<>(outputs.values());
    roots.addAll(values.values());
    roots.addAll(finite.values());
    // Some operands are read only by the fused operator, not by the nodes that it replaces.
    fusions.forEach(f -> roots.addAll(f.operands()));
    Map<Tensor, Tensor> now = new HashMap<>();
    for (Node node : reachable(roots)) {
      List<Tensor> operands = renamed(node.inputs(), now);
      List<Tensor> instead = Lowering.inPlaceOf(node, () -> rule.apply(node, operands));
      if (!instead.isEmpty()) {
        for (int i = 0; i < instead.size(); i++) {
          now.put(node.outputs().get(i), instead.get(i));
        }
      } else if (!now.isEmpty() && !(node.op() instanceof Source)) {
        copy(node, operands, now);
      }
    }
    return new Graph(
        inputs,
        renamed(outputs, now),
        parameters,
        ignoredKeys,
        renamed(values, now),
        renamed(finite, now),
        renamedFusions(fusions, now));
  }

  private static List<Fusion> renamedFusions(List<Fusion> fusions, Map<Tensor, Tensor> now) {
    return fusions.stream()
        .map(f -> new Fusion(f.op(), renamed(f.operands(), now), renamed(f.results(), now)))
        .toList();
  }

  /**
   * Returns a graph in which fused operators replace the equivalent nodes.
   *
   * @param chosen the fusions to apply; no two of them may compute the same value
   * @return the new graph, without values that it does not compute and fusions of such values
   */
  public Graph fused(List<Fusion> chosen) {
    Map<Tensor, Fusion> fusionOf = new HashMap<>();
    chosen.forEach(f -> f.results().forEach(t -> fusionOf.put(t, f)));
    Map<Tensor, Tensor> now = new HashMap<>();
    Set<Node> done = new HashSet<>();
    copyFused(outputs.values(), fusionOf, now, done);
    copyFused(finite.values(), fusionOf, now, done);
    Map<String, Tensor> computed = new LinkedHashMap<>(values);
    computed.values().removeIf(t -> !done.contains(t.node()));
    List<Fusion> others = new ArrayList<>(fusions);
    others.removeIf(
        f ->
            f.results().stream()
                .anyMatch(t -> fusionOf.containsKey(t) || !done.contains(t.node())));
    // Some operands are read only by the fused operator, not by the nodes that it replaces.
    others.forEach(f -> copyFused(f.operands(), fusionOf, now, done));
    return new Graph(
        inputs,
        renamed(outputs, now),
        parameters,
        ignoredKeys,
        renamed(computed, now),
        renamed(finite, now),
        renamedFusions(others, now));
  }

  /** Copies the nodes that values depend on, or the fused operators that replace them. */
  private void copyFused(
      Collection<Tensor> roots,
      Map<Tensor, Fusion> fusionOf,
      Map<Tensor, Tensor> now,
      Set<Node> done) {
    Deque<Node> open = new ArrayDeque<>();
    roots.forEach(t -> open.push(t.node()));
    while (!open.isEmpty()) {
      Node node = open.peek();
      List<Tensor> needed = new ArrayList<>();
      for (Tensor result : node.outputs()) {
        Fusion fusion = fusionOf.get(result);
        needed.addAll(fusion == null ? node.inputs() : fusion.operands());
      }
      List<Node> before =
          needed.stream().map(Tensor::node).distinct().filter(n -> !done.contains(n)).toList();
      if (done.contains(node)) {
        open.pop();
      } else if (before.isEmpty()) {
        done.add(open.pop());
        node.outputs().stream()
            .filter(fusionOf::containsKey)
            .forEach(t -> fuse(fusionOf.get(t), now));
        copy(node, now);
      } else {
        before.forEach(open::push);
      }
    }
  }

  private static void fuse(Fusion fusion, Map<Tensor, Tensor> now) {
    if (now.containsKey(fusion.results().get(0))) {
      return;
    }
    List<Tensor> operands = renamed(fusion.operands(), now);
    Node place = fusion.results().get(fusion.results().size() - 1).node();
    Node node = Lowering.inPlaceOf(place, () -> place.trace().node(fusion.op(), operands));
    for (int i = 0; i < fusion.results().size(); i++) {
      now.put(fusion.results().get(i), node.outputs().get(i));
    }
  }

  /** Applies the same operator to the new operands, for the results that are not replaced yet. */
  private static void copy(Node node, Map<Tensor, Tensor> now) {
    List<Tensor> operands = renamed(node.inputs(), now);
    if (!operands.equals(node.inputs()) && !node.outputs().stream().allMatch(now::containsKey)) {
      copy(node, operands, now);
    }
  }

  private static void copy(Node node, List<Tensor> operands, Map<Tensor, Tensor> now) {
    Node copy = Lowering.inPlaceOf(node, () -> node.trace().node(node.op(), operands));
    for (Tensor result : node.outputs()) {
      now.putIfAbsent(result, copy.outputs().get(result.index()));
    }
  }

  private static List<Tensor> renamed(List<Tensor> tensors, Map<Tensor, Tensor> now) {
    return tensors.stream().map(t -> now.getOrDefault(t, t)).toList();
  }

  private static Map<String, Tensor> renamed(Map<String, Tensor> named, Map<Tensor, Tensor> now) {
    Map<String, Tensor> all = new LinkedHashMap<>(named);
    all.replaceAll((name, t) -> now.getOrDefault(t, t));
    return all;
  }

  /**
   * {@return the graph as text, one line per node: its results, operator and operands, each with
   * its shape, and its attributes}
   *
   * <p>Results are named by their scope and an index within it, parameters by their names. Large
   * constants are represented by a checksum. Equal models have equal text.
   */
  public String describe() {
    return GraphText.of(this);
  }

  /**
   * Returns, for every value of {@link Scope#finite} that the outputs depend on, the number of
   * elements that are NaN or infinite: float32 [1], by the value's name.
   *
   * @return the counts
   */
  public Map<String, Tensor> oddities() {
    Set<Node> needed = new HashSet<>(nodes);
    Map<String, Tensor> all = new LinkedHashMap<>(finite);
    all.keySet().removeIf(name -> !needed.contains(values.get(name).node()));
    return all;
  }

  /**
   * {@return whether a parameter is only added to other values, possibly after reshaping; minus
   * infinity in such a table is a mask, such as for attention scores}
   *
   * @param parameter the parameter
   */
  public boolean isOnlyAdded(Parameter parameter) {
    Set<Tensor> moved = new HashSet<>();
    for (Node node : nodes) {
      if (node.op() instanceof Source.Weight weight && weight.parameter().equals(parameter)) {
        moved.addAll(node.outputs());
      }
      for (int i = 0; i < node.inputs().size(); i++) {
        if (!moved.contains(node.inputs().get(i))) {
          continue;
        }
        if (node.op() instanceof Movement || i == 0 && node.op() instanceof Indexing) {
          moved.addAll(node.outputs());
        } else if (!adds(node.op(), i)) {
          return false;
        }
      }
    }
    return !moved.isEmpty();
  }

  private static boolean adds(Op op, int operand) {
    return op instanceof Elementwise.Binary binary && binary.operator() == Elementwise.Operator.ADD
        || op instanceof Product.Attention && operand == Product.Attention.BIAS;
  }
}
