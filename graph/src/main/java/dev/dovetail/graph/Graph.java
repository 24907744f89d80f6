package dev.dovetail.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A traced model: named inputs, named outputs, and what lies between. Immutable. */
public final class Graph {

  private final Map<String, Tensor> inputs;
  private final Map<String, Tensor> outputs;
  private final List<Parameter> parameters;
  private final List<Unused> unused;
  private final Map<String, Tensor> values;
  private final List<Node> nodes;

  Graph(
      Map<String, Tensor> inputs,
      Map<String, Tensor> outputs,
      List<Parameter> parameters,
      List<Unused> unused,
      Map<String, Tensor> values) {
    this.inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
    this.outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    this.parameters = List.copyOf(parameters);
    this.unused = List.copyOf(unused);
    this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
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

  /** {@return the outputs by name, in the order given} */
  public Map<String, Tensor> outputs() {
    return outputs;
  }

  /** {@return all declared parameters in the order in which the model asked for them} */
  public List<Parameter> parameters() {
    return parameters;
  }

  /** {@return the keys that checkpoints may have beside the parameters} */
  public List<Unused> unused() {
    return unused;
  }

  /** {@return the values of scopes by path, which {@link #withOutputs} can make outputs} */
  public Map<String, Tensor> values() {
    return values;
  }

  /** {@return the nodes that the outputs need, in an order of execution} */
  public List<Node> nodes() {
    return nodes;
  }

  /**
   * {@return the value of a scope, if its code ran and gave a tensor}
   *
   * @param scope a dotted path
   */
  public Optional<Tensor> value(String scope) {
    return Optional.ofNullable(values.get(scope));
  }

  /**
   * {@return this graph with other outputs}
   *
   * @param others the new outputs by name
   */
  public Graph withOutputs(Map<String, Tensor> others) {
    return new Graph(inputs, others, parameters, unused, values);
  }
}
