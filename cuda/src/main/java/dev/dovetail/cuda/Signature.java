package dev.dovetail.cuda;

import dev.dovetail.graph.Graph;
import dev.dovetail.graph.TensorType;
import java.util.LinkedHashMap;
import java.util.Map;

/** The inputs and outputs of a session, by name and in order. */
record Signature(Map<String, TensorType> inputs, Map<String, TensorType> outputs) {

  static Signature of(Graph graph) {
    Map<String, TensorType> inputs = new LinkedHashMap<>();
    Map<String, TensorType> outputs = new LinkedHashMap<>();
    graph.inputs().forEach((name, t) -> inputs.put(name, t.type()));
    graph.outputs().forEach((name, t) -> outputs.put(name, t.type()));
    return new Signature(inputs, outputs);
  }
}
